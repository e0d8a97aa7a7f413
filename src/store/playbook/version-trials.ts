// How runs of a version came out, and what one in shadow decided, in PostgreSQL. By columns and events that an index finds; an edited column is
// found by an audit, not here. Judges nothing.
import type { Pool } from 'pg';
import type { VersionOutcome } from '../../core/change-control/canary.ts';
import type { ShadowedTriggers, VersionTrials } from '../../ports/change-control.ts';
import { seenIn } from '../ledger/incident-rows.ts';

/** Only what alerts have started: a canary takes nothing else. What people called off says nothing of the version. */
const outcomes = `
SELECT r.id AS "runId", extract(epoch FROM r.finished_at - r.started_at)::float8 * 1000 AS ms, CASE
    WHEN r.status = 'succeeded' THEN 'succeeded'
    WHEN r.status = 'cancelled' THEN 'cancelled'
    WHEN EXISTS (SELECT 1 FROM json_each(r.state->'nodes') n WHERE n.value->'error'->>'code' = 'approval_denied') THEN 'denied'
    ELSE 'failed' END AS "end"
FROM runs r
WHERE r.playbook = $1 AND r.digest = $2 AND r.by_alert AND r.finished_at IS NOT NULL AND r.started_at >= $3
ORDER BY r.finished_at DESC, r.id DESC LIMIT $4`;

const decided = `e.type = 'shadow.decided' AND e.data->'shadow'->>'digest' = $1`;

/** What is known of versions that are tried, on a pool of connections. */
export function createVersionTrials(pool: Pick<Pool, 'query'>): VersionTrials {
  return {
    async outcomes({ name, digest }, { since, limit }) {
      const values = [name, digest, since, limit];
      const { rows } = await pool.query<VersionOutcome>({ name: 'outcomes-of-version', text: outcomes, values });
      return rows;
    },

    async shadowed(digest, { limit, seen }) {
      const { rows: counts } = await pool.query<{ decided: number; different: number }>({
        name: 'count-shadowed',
        text: `SELECT count(*)::int AS decided, count(*) FILTER (WHERE json_array_length(e.data->'differences') > 0)::int AS different
               FROM events e WHERE ${decided}`,
        values: [digest],
      });
      const { rows } = await pool.query<ShadowedTriggers['items'][number]>({
        name: 'list-shadowed',
        text: `SELECT i.id AS "incidentId", i.number, e.at, e.data->>'fingerprint' AS fingerprint, e.data->'differences' AS differences
               FROM events e JOIN incidents i ON i.id = e.stream_id
               WHERE ${decided} AND json_array_length(e.data->'differences') > 0 AND ${seenIn('$2')}
               ORDER BY e.at DESC, e.stream_id, e.seq LIMIT $3`,
        values: [digest, seen, limit],
      });
      const [{ decided: all, different } = { decided: 0, different: 0 }] = counts;
      return { decided: all, different, items: rows };
    },
  };
}
