// The alerts that fire, so that every process knows what inhibits others. No record: what is missing here is told once too often.
import type { Pool } from 'pg';
import type { Alert } from '../../core/alert/alert.ts';
import { addMs } from '../../core/time.ts';
import type { FiringAlerts } from '../../ports/intake.ts';

/** Clocks differ, and commits are not in the order of their instants: this much is read twice. */
const overlapMs = 10_000;

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

/** The firing alerts on a pool of connections. */
export function createFiringAlerts(pool: Pool): FiringAlerts {
  return {
    async put(alerts) {
      // Of one that stands twice in a delivery the last word counts.
      const last = new Map(alerts.map((alert) => [alert.fingerprint, alert]));
      const rows = [...last.values()]
        .toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1))
        .map((alert) => ({ fingerprint: alert.fingerprint, firing: alert.status === 'firing', alert }));
      if (rows.length > 0)
        await pool.query({ name: 'put-firing-alerts', text: putSql, values: [JSON.stringify(rows)] });
    },

    async changedSince(at) {
      const { rows } = await pool.query<{ alert: Alert }>({
        name: 'firing-alerts',
        text: 'SELECT alert FROM firing_alerts WHERE CASE WHEN $1::timestamptz IS NULL THEN firing ELSE changed_at >= $1 END',
        values: [at === null ? null : addMs(at, -overlapMs)],
      });
      return rows.map(({ alert }) => alert);
    },
  };
}
