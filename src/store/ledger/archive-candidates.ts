// Which incidents and alert groups may leave for an archive. Reads only.
import type { Pool } from 'pg';
import type { ArchiveCandidate, ArchiveCandidates } from '../../ports/archive.ts';

// A merged incident sends later alerts of its group on to the one that it was merged into: that one stays as long as it does.
const incidents = `
SELECT i.id AS "streamId", i.number, ARRAY(SELECT fingerprint FROM alerts WHERE incident_id = i.id ORDER BY 1) AS alerts
FROM incidents i
WHERE i.status <> 'open' AND i.resolved_at < $1 AND i.updated_at < $1 AND i.id <> ALL($2::text[])
  AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.incident_id = i.id AND r.finished_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.incident_id = i.id AND a.active)
  AND NOT EXISTS (SELECT 1 FROM incidents o WHERE o.merged_into = i.id)
  AND NOT EXISTS (SELECT 1 FROM incidents t WHERE t.id = i.merged_into AND (t.status = 'open' OR t.updated_at >= $1))
ORDER BY i.resolved_at, i.id LIMIT $3`;

// At rest: it holds nothing and waits for nothing. While an incident that its alerts went on to is here, it may be asked for how it came to
// that; the key of each of its incidents begins with its own.
const groups = `
SELECT s.id AS "streamId", NULL AS number, ARRAY[]::text[] AS alerts
FROM streams s
WHERE s.kind = 'group' AND s.held = '{}' AND s.wake_at IS NULL AND s.updated_at < $1 AND s.id <> ALL($2::text[])
  AND NOT EXISTS (SELECT 1 FROM incidents i WHERE i.id = s.state->>'incidentId')
  AND NOT EXISTS (SELECT 1 FROM incidents i WHERE i.group_key = s.key OR starts_with(i.group_key, s.key || ' ('))
ORDER BY s.updated_at, s.id LIMIT $3`;

const candidatesBy =
  (pool: Pick<Pool, 'query'>, text: string): ArchiveCandidates =>
  async ({ endedBefore, left, limit }) =>
    (await pool.query<ArchiveCandidate>(text, [endedBefore, left, limit])).rows;

/** Ended incidents in PostgreSQL. */
export const createArchiveCandidates = (pool: Pick<Pool, 'query'>): ArchiveCandidates => candidatesBy(pool, incidents);

/** Alert groups at rest in PostgreSQL. */
export const createRestingGroups = (pool: Pick<Pool, 'query'>): ArchiveCandidates => candidatesBy(pool, groups);
