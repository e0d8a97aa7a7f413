// Loads incidents and runs from their snapshots. A row that cannot be believed, or is missing, is refused; nothing is written.
import type { Pool } from 'pg';
import type { EventStore } from '../../ports/ledger.ts';
import { type IncidentColumns, incidentColumns, type RunColumns, runColumns, type Snapshots } from './snapshots.ts';

/** The loads of an event store. */
export function createSnapshotLoads(
  pool: Pool,
  snapshots: Snapshots,
): Pick<EventStore, 'loadRun' | 'loadIncident' | 'runsOf'> {
  /** Counted again: a run may have been started between two statements. */
  async function countOf(incidentId: string): Promise<number> {
    const { rows } = await pool.query<{ runs: number }>({
      name: 'count-runs-of',
      text: 'SELECT count(*)::int AS runs FROM runs WHERE incident_id = $1',
      values: [incidentId],
    });
    return rows[0]?.runs ?? 0;
  }

  return {
    async loadRun(runId) {
      const { rows } = await pool.query<IncidentColumns & RunColumns>({
        name: 'load-run',
        text: `SELECT ${runColumns}, ${incidentColumns} FROM runs r JOIN incidents i ON i.id = r.incident_id WHERE r.id = $1`,
        values: [runId],
      });
      return rows[0] ? snapshots.loadRun(rows[0]) : null;
    },

    async runsOf(incidentId) {
      const { rows } = await pool.query<IncidentColumns & RunColumns>({
        name: 'load-runs-of',
        text: `SELECT ${runColumns}, ${incidentColumns} FROM runs r JOIN incidents i ON i.id = r.incident_id
               WHERE r.incident_id = $1 ORDER BY r.id`,
        values: [incidentId],
      });
      // A row that was deleted shows only in the events.
      const { rows: started } = await pool.query<{ runs: number }>({
        name: 'runs-started-in',
        text: `SELECT count(*)::int AS runs FROM events WHERE stream_id = $1 AND type = 'run.started'`,
        values: [incidentId],
      });
      if ((started[0]?.runs ?? 0) > rows.length && rows.length === (await countOf(incidentId)))
        snapshots.refuse(incidentId, 'runs were started in it whose rows are gone');
      return Promise.all(rows.map(async (row) => (await snapshots.loadRun(row)).run));
    },

    async loadIncident(incidentId) {
      const { rows } = await pool.query<IncidentColumns>({
        name: 'load-incident',
        text: `SELECT ${incidentColumns} FROM incidents i WHERE i.id = $1`,
        values: [incidentId],
      });
      return rows[0] ? snapshots.loadIncident(rows[0]) : null;
    },
  };
}
