// Runs that have not ended, and the latest that succeeded, in PostgreSQL: both by an index and bounded. Decides nothing.
import type { Pool } from 'pg';
import type { StuckReads } from '../../ports/stuck.ts';
import { believable, seenIn } from './incident-rows.ts';
import { type IncidentColumns, incidentColumns, type RunColumns, runColumns, type Snapshots } from './snapshots.ts';

type Row = IncidentColumns & RunColumns & { run_wake_at: string | null; run_updated_at: string };

const select = `SELECT ${runColumns}, ${incidentColumns}, r.wake_at AS run_wake_at, r.updated_at AS run_updated_at
  FROM runs r JOIN incidents i ON i.id = r.incident_id`;

/** The reads on PostgreSQL. */
export function createStuckReads(pool: Pick<Pool, 'query'>, loads: Pick<Snapshots, 'loadRun'>): StuckReads {
  const loaded = async (row: Row) => (await loads.loadRun(row)).run;
  return {
    async open({ limit, seen }) {
      const { rows } = await pool.query<Row>(
        `${select} WHERE r.finished_at IS NULL AND ${seenIn('$2')} ORDER BY r.id LIMIT $1`,
        [limit, seen],
      );
      return believable(rows, async (row) => {
        const { run: state, incident } = await loads.loadRun(row);
        return { state, incident: incident.status, wakeAt: row.run_wake_at, updatedAt: row.run_updated_at };
      });
    },

    async succeeded({ playbook, limit }) {
      const { rows } = await pool.query<Row>(
        `${select} WHERE r.id IN (
           SELECT e.id FROM runs e WHERE e.playbook = $1 AND e.finished_at IS NOT NULL AND e.status = 'succeeded'
           ORDER BY e.finished_at DESC LIMIT $2)`,
        [playbook, limit],
      );
      return believable(rows, loaded);
    },
  };
}
