// Loads incidents and runs from their snapshots; the runs of incidents that are asked for at the same time in one statement. A row that
// cannot be believed, or is missing, is refused; nothing is written.
import type { Pool } from 'pg';
import type { EventStore } from '../../ports/ledger.ts';
import { createBatcher } from '../postgres/batcher.ts';
import { type IncidentColumns, incidentColumns, type RunColumns, runColumns, type Snapshots } from './snapshots.ts';

type RunRow = IncidentColumns & RunColumns;
type Runs = Awaited<ReturnType<EventStore['runsOf']>>;

const maxBatch = 200;

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

  async function believedRuns(incidentId: string, rows: readonly RunRow[], started: number): Promise<Runs> {
    if (started > rows.length && rows.length === (await countOf(incidentId)))
      snapshots.refuse(incidentId, 'runs were started in it whose rows are gone');
    return Promise.all(rows.map(async (row) => (await snapshots.loadRun(row)).run));
  }

  // A row that cannot be believed concerns whoever asked for it, and nobody else in the batch.
  const runsOf = createBatcher<string, () => Promise<Runs>>({
    concurrency: 2,
    maxBatch,
    async run(asked) {
      const incidentIds = [...new Set(asked)];
      const { rows } = await pool.query<RunRow>({
        name: 'load-runs-of',
        text: `SELECT ${runColumns}, ${incidentColumns} FROM runs r JOIN incidents i ON i.id = r.incident_id
               WHERE r.incident_id = ANY($1) ORDER BY r.id`,
        values: [incidentIds],
      });
      // A row that was deleted shows only in the events.
      const { rows: counts } = await pool.query<{ id: string; runs: number }>({
        name: 'runs-started-in',
        text: `SELECT stream_id AS id, count(*)::int AS runs FROM events WHERE stream_id = ANY($1) AND type = 'run.started'
               GROUP BY stream_id`,
        values: [incidentIds],
      });
      const started = new Map(counts.map(({ id, runs }) => [id, runs]));
      const found = new Map<string, RunRow[]>();
      for (const row of rows) found.set(row.id, [...(found.get(row.id) ?? []), row]);
      return asked.map((id) => () => believedRuns(id, found.get(id) ?? [], started.get(id) ?? 0));
    },
  });

  return {
    async loadRun(runId) {
      const { rows } = await pool.query<RunRow>({
        name: 'load-run',
        text: `SELECT ${runColumns}, ${incidentColumns} FROM runs r JOIN incidents i ON i.id = r.incident_id WHERE r.id = $1`,
        values: [runId],
      });
      return rows[0] ? snapshots.loadRun(rows[0]) : null;
    },

    async runsOf(incidentId) {
      const load = await runsOf.add(incidentId);
      return load();
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
