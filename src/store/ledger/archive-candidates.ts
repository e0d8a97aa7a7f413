// Which incidents may leave for an archive. Reads only.
import type { Pool } from 'pg';
import type { ArchiveCandidate, ArchiveCandidates } from '../../ports/archive.ts';

// A merged incident sends later alerts of its group on to the one that it was merged into: that one stays as long as it does.
const candidates = `
SELECT i.id AS "streamId", i.number, ARRAY(SELECT fingerprint FROM alerts WHERE incident_id = i.id ORDER BY 1) AS alerts
FROM incidents i
WHERE i.status <> 'open' AND i.resolved_at < $1 AND i.updated_at < $1 AND i.id <> ALL($2::text[])
  AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.incident_id = i.id AND r.finished_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.incident_id = i.id AND a.active)
  AND NOT EXISTS (SELECT 1 FROM incidents o WHERE o.merged_into = i.id)
  AND NOT EXISTS (SELECT 1 FROM incidents t WHERE t.id = i.merged_into AND (t.status = 'open' OR t.updated_at >= $1))
ORDER BY i.resolved_at, i.id LIMIT $3`;

/** The candidates in PostgreSQL. */
export const createArchiveCandidates =
  (pool: Pick<Pool, 'query'>): ArchiveCandidates =>
  async ({ endedBefore, left, limit }) =>
    (await pool.query<ArchiveCandidate>(candidates, [endedBefore, left, limit])).rows;
