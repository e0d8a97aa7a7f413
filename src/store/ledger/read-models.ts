// The read side: incidents, runs and approvals as lists and by id. Writes nothing.
import type { Pool } from 'pg';
import { completeIncident, type StoredIncident } from '../../core/incident/state.ts';
import { type RunOrigin, type RunProgress, restoreRun } from '../../core/run/stored.ts';
import type { DeliveryLedger } from '../../ports/intake.ts';
import type { Page, PageRequest } from '../../ports/page.ts';
import type { IncidentRow, ReadModels, RunRow } from '../../ports/reads.ts';

type IncidentColumns = { state: StoredIncident; version: number; updated_at: string };
type RunColumns = { origin: RunOrigin | null; state: RunProgress; wake_at: string | null; updated_at: string };

const toIncident = (row: IncidentColumns): IncidentRow => ({
  ...completeIncident(row.state),
  version: row.version,
  updatedAt: row.updated_at,
});
const toRun = (row: RunColumns): RunRow => ({
  state: restoreRun(row.origin, row.state),
  wakeAt: row.wake_at,
  updatedAt: row.updated_at,
});

const incidentColumns = 'state, version, updated_at';
const runColumns = 'origin, state, wake_at, updated_at';

/** Cuts a page out of one row more than was asked for. Ids sort by time, so the last id is the cursor. */
function toPage<T>(items: readonly T[], { limit }: PageRequest, id: (item: T) => string): Page<T> {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  return { items: page, cursor: items.length > limit && last ? id(last) : null };
}

async function incidents(
  pool: Pool,
  filter: Parameters<ReadModels['incidents']>[0],
): ReturnType<ReadModels['incidents']> {
  const { rows } = await pool.query<IncidentColumns>(
    `SELECT ${incidentColumns} FROM incidents
     WHERE ($1::text IS NULL OR id < $1) AND ($2::text IS NULL OR status = $2) AND ($3::int IS NULL OR severity = $3)
       AND ($4::timestamptz IS NULL OR opened_at >= $4) AND ($5::timestamptz IS NULL OR opened_at <= $5)
     ORDER BY id DESC LIMIT $6`,
    [
      filter.cursor,
      filter.status ?? null,
      filter.severity ?? null,
      filter.since ?? null,
      filter.until ?? null,
      filter.limit + 1,
    ],
  );
  return toPage(rows.map(toIncident), filter, ({ id }) => id);
}

async function runs(pool: Pool, filter: Parameters<ReadModels['runs']>[0]): ReturnType<ReadModels['runs']> {
  const { rows } = await pool.query<RunColumns>(
    `SELECT ${runColumns} FROM runs
     WHERE ($1::text IS NULL OR id < $1) AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR playbook = $3)
       AND ($4::text IS NULL OR incident_id = $4)
       AND ($5::timestamptz IS NULL OR started_at >= $5) AND ($6::timestamptz IS NULL OR started_at <= $6)
     ORDER BY id DESC LIMIT $7`,
    [
      filter.cursor,
      filter.status ?? null,
      filter.playbook ?? null,
      filter.incidentId ?? null,
      filter.since ?? null,
      filter.until ?? null,
      filter.limit + 1,
    ],
  );
  return toPage(rows.map(toRun), filter, ({ state }) => state.runId);
}

/** The read side on PostgreSQL. */
export function createReadModels(pool: Pool, deliveries: Pick<DeliveryLedger, 'list'>): ReadModels {
  async function oneIncident(where: string, value: string | number): Promise<IncidentRow | null> {
    const { rows } = await pool.query<IncidentColumns>(
      `SELECT ${incidentColumns} FROM incidents WHERE ${where} ORDER BY opened_at DESC LIMIT 1`,
      [value],
    );
    return rows[0] ? toIncident(rows[0]) : null;
  }

  return {
    incidents: (filter) => incidents(pool, filter),

    incident(idOrNumber) {
      const number = /^#?(\d{1,9})$/.exec(idOrNumber)?.[1];
      return number === undefined ? oneIncident('id = $1', idOrNumber) : oneIncident('number = $1', Number(number));
    },

    incidentByChannel: (channelId) => oneIncident('channel_id = $1', channelId),

    runs: (filter) => runs(pool, filter),

    async run(id) {
      const { rows } = await pool.query<RunColumns>(`SELECT ${runColumns} FROM runs WHERE id = $1`, [id]);
      return rows[0] ? toRun(rows[0]) : null;
    },

    async runsOfIncident(incidentId) {
      const { rows } = await pool.query<RunColumns>(
        `SELECT ${runColumns} FROM runs WHERE incident_id = $1 ORDER BY id`,
        [incidentId],
      );
      return rows.map(toRun);
    },

    async approvals(filter) {
      // Approvals live in their runs; a run's id is part of an approval's, so the run's id pages them.
      const { rows } = await pool.query<RunColumns>(
        `SELECT ${runColumns} FROM runs
         WHERE ($1::text IS NULL OR id < $1) AND coalesce((state->'approvals')::text, '{}') <> '{}' AND ($2::bool IS NOT TRUE OR open_approvals > 0)
         ORDER BY id DESC LIMIT $3`,
        [filter.cursor, filter.status === 'open', filter.limit + 1],
      );
      const page = toPage(rows.map(toRun), filter, ({ state }) => state.runId);
      const items = page.items.flatMap(({ state }) =>
        Object.values(state.approvals)
          .filter(({ status }) => filter.status === undefined || status === filter.status)
          .map((approval) => ({ runId: state.runId, incidentId: state.incidentId, approval })),
      );
      return { items, cursor: page.cursor };
    },

    deliveries: deliveries.list,
  };
}
