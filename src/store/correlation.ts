// Where an alert belongs. Looks up; decides nothing.
import type { Pool } from 'pg';
import type { IncidentState } from '../core/incident.ts';
import type { Correlation } from '../ports.ts';

/** Correlation on the incidents and alerts of PostgreSQL. */
export function createCorrelation(pool: Pool): Correlation {
  return {
    async incidentFor(alert, reopenSince) {
      const { rows } = await pool.query<{ state: IncidentState; version: number; head_hash: string }>({
        name: 'incident-for-alert',
        // An active alert's own incident first, then its group's open one, then one that was resolved a short while ago.
        text: `SELECT state, version, head_hash FROM (
                 SELECT i.*, CASE WHEN a.active THEN 0 ELSE 2 END AS rank FROM alerts a JOIN incidents i ON i.id = a.incident_id
                 WHERE a.fingerprint = $1 AND i.status <> 'closed' AND (a.active OR i.status = 'open' OR i.resolved_at > $3)
                 UNION ALL
                 SELECT i.*, 1 AS rank FROM incidents i WHERE i.group_key = $2 AND i.status = 'open'
               ) found ORDER BY rank LIMIT 1`,
        values: [alert.fingerprint, alert.groupKey ?? alert.fingerprint, reopenSince],
      });
      const row = rows[0];
      return row ? { incident: row.state, head: { version: row.version, hash: row.head_hash } } : null;
    },

    async nextIncidentNumber() {
      const { rows } = await pool.query<{ number: number }>({
        name: 'next-incident-number',
        text: `SELECT nextval('incident_number')::int AS number`,
      });
      if (!rows[0]) throw new Error('the database gave no incident number');
      return rows[0].number;
    },
  };
}
