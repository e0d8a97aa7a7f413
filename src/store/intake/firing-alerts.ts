// The alerts that fire, so that every process knows what inhibits others. No record: what is missing here is told once too often.
import type { Pool } from 'pg';
import type { Alert } from '../../core/alert/alert.ts';
import type { FiringAlerts } from '../../ports/intake.ts';
import { createBatcher } from '../postgres/batcher.ts';

/** A row has the instant at which its statement began, and is seen when that has ended: so much later at most. */
const overlap = '10 seconds';
const maxBatch = 200;

const lookSql = `SELECT pg_current_snapshot()::text || ' ' || to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS look,
  pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS xmax`;

// The look stands in a row even where nothing has changed. What the earlier look saw is left out: whatever transaction wrote a row was
// over by then, or it was not. `xmin` is the lower half of that transaction's number, and the number is below this look's `xmax`.
const sinceSql = `
SELECT l.look, f.alert FROM (${lookSql}) l LEFT JOIN firing_alerts f ON f.changed_at >= $2::timestamptz - interval '${overlap}'
  AND NOT pg_visible_in_snapshot((l.xmax - (l.xmax - f.xmin::text::bigint) % 4294967296)::text::xid8, $1::pg_snapshot)`;
const allSql = `SELECT l.look, f.alert FROM (${lookSql}) l LEFT JOIN firing_alerts f ON f.firing`;

const putSql = `
WITH gone AS (
  DELETE FROM firing_alerts WHERE NOT firing AND changed_at < now() - interval '1 hour'
)
INSERT INTO firing_alerts AS f (fingerprint, firing, alert, changed_at)
SELECT a.fingerprint, a.firing, a.alert, now()
FROM json_to_recordset($1::json) AS a(fingerprint text, firing boolean, alert json)
ON CONFLICT (fingerprint) DO UPDATE SET firing = EXCLUDED.firing, alert = EXCLUDED.alert, changed_at = EXCLUDED.changed_at
WHERE f.firing <> EXCLUDED.firing OR f.alert->>'labels' IS DISTINCT FROM EXCLUDED.alert->>'labels'
  OR f.alert->>'severity' IS DISTINCT FROM EXCLUDED.alert->>'severity'`;

/** The firing alerts on a pool of connections. What is put at the same time shares one statement. */
export function createFiringAlerts(pool: Pool): FiringAlerts {
  const puts = createBatcher<readonly Alert[], true>({
    concurrency: 1,
    maxBatch,
    async run(items) {
      // Of one that stands twice in a delivery the last word counts.
      const last = new Map(items.flat().map((alert) => [alert.fingerprint, alert]));
      const rows = [...last.values()]
        .toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1))
        .map((alert) => ({ fingerprint: alert.fingerprint, firing: alert.status === 'firing', alert }));
      await pool.query({ name: 'put-firing-alerts', text: putSql, values: [JSON.stringify(rows)] });
      return items.map(() => true);
    },
  });
  return {
    async put(alerts) {
      if (alerts.length > 0) await puts.add(alerts);
    },

    async changedSince(since) {
      const [snapshot, at] = since?.split(' ') ?? [];
      const { rows } = await pool.query<{ look: string; alert: Alert | null }>(
        since === null
          ? { name: 'all-firing-alerts', text: allSql }
          : { name: 'changed-firing-alerts', text: sinceSql, values: [snapshot, at] },
      );
      return { alerts: rows.flatMap(({ alert }) => alert ?? []), look: rows[0]?.look ?? since ?? '' };
    },
  };
}
