// The read side: incidents, runs and approvals as lists and by id. Writes nothing. A row that cannot be believed is left out of
// lists, and the store says so in the log; asked for by itself it rejects.
import type { Pool } from 'pg';
import { Alert } from '../../core/alert/alert.ts';
import type { ArchivedIncident } from '../../core/system/archived.ts';
import { RecordFaultError } from '../../core/timeline/record-fault.ts';
import type { DeliveryLedger } from '../../ports/intake.ts';
import type { IncidentRow, ReadModels, RunRow } from '../../ports/reads.ts';
import { believable, type ListedIncident, seenIn, selectIncidents, toIncident, toPage } from './incident-rows.ts';
import { listIncidents } from './list-incidents.ts';
import {
  type IncidentColumns as IncidentSnapshot,
  type RunColumns as RunSnapshot,
  runColumns as runSnapshot,
  type Snapshots,
  incidentColumns as snapshot,
} from './snapshots.ts';

type RunColumns = IncidentSnapshot & RunSnapshot & { run_wake_at: string | null; run_updated_at: string };
type Loads = Pick<Snapshots, 'loadIncident' | 'loadRun' | 'loadGroup' | 'refuse'>;

const selectRuns = `SELECT ${runSnapshot}, ${snapshot}, r.wake_at AS run_wake_at, r.updated_at AS run_updated_at
  FROM runs r JOIN incidents i ON i.id = r.incident_id`;

async function toRun(loads: Loads, row: RunColumns): Promise<RunRow> {
  const { run, incident } = await loads.loadRun(row);
  return { state: run, incident: incident.status, wakeAt: row.run_wake_at, updatedAt: row.run_updated_at };
}

async function runs(
  { pool, loads }: { readonly pool: Pool; readonly loads: Loads },
  filter: Parameters<ReadModels['runs']>[0],
): ReturnType<ReadModels['runs']> {
  const { rows } = await pool.query<RunColumns>(
    `${selectRuns}
     WHERE ($1::text IS NULL OR r.id < $1) AND ($2::text IS NULL OR r.status = $2) AND ($3::text IS NULL OR r.playbook = $3)
       AND ($4::text IS NULL OR r.incident_id = $4)
       AND ($5::timestamptz IS NULL OR r.started_at >= $5) AND ($6::timestamptz IS NULL OR r.started_at <= $6)
       AND ${seenIn('$8')}
     ORDER BY r.id DESC LIMIT $7`,
    [
      filter.cursor,
      filter.status ?? null,
      filter.playbook ?? null,
      filter.incidentId ?? null,
      filter.since ?? null,
      filter.until ?? null,
      filter.limit + 1,
      filter.seen ?? null,
    ],
  );
  const page = toPage(rows, filter, ({ run_id: id }) => id);
  return { items: await believable(page.items, (row) => toRun(loads, row)), cursor: page.cursor };
}

async function archived(pool: Pool, idOrNumber: string): ReturnType<ReadModels['archived']> {
  const number = /^#?(\d{1,9})$/.exec(idOrNumber)?.[1];
  const { rows } = await pool.query<ArchivedIncident>({
    name: 'archived-incident',
    text: `SELECT id, number, archived_at AS "archivedAt", is_private AS "isPrivate" FROM archived_streams
      WHERE number IS NOT NULL AND (id = $1 OR number = $2) LIMIT 1`,
    values: [idOrNumber, number === undefined ? null : Number(number)],
  });
  return rows[0] ?? null;
}

async function privateIncidents({
  pool,
  loads,
}: {
  readonly pool: Pool;
  readonly loads: Loads;
}): ReturnType<ReadModels['privateIncidents']> {
  const text = `${selectIncidents} WHERE i.is_private`;
  const { rows } = await pool.query<ListedIncident>({ name: 'private-incidents', text });
  const load = async (row: ListedIncident) => ({ id: row.id, incident: await toIncident(loads, row) });
  const loaded = await Promise.allSettled(rows.map(load));
  return loaded.map((one, i) => {
    if (one.status === 'fulfilled') return one.value;
    if (one.reason instanceof RecordFaultError) return { id: rows[i]?.id ?? '', incident: null };
    throw one.reason;
  });
}

const selectGroups = 'SELECT s.id, s.state::text AS state, s.proof, s.version, s.head_hash FROM streams s';

async function alertGroups(
  { pool, loads }: { readonly pool: Pool; readonly loads: Loads },
  filter: Parameters<ReadModels['alertGroups']>[0],
): ReturnType<ReadModels['alertGroups']> {
  const { rows } = await pool.query<IncidentSnapshot>(
    `${selectGroups}
     WHERE s.kind = 'group' AND ($1::text IS NULL OR s.id < $1) AND (NOT $2::bool OR s.held <> '{}')
       AND ($3::text IS NULL OR (NOT $2 AND s.state->'suppressed'->>$3 IS NOT NULL) OR EXISTS (
         SELECT 1 FROM json_each(s.state->'members') m WHERE m.value->'hold'->>'by' = $3))
       AND ($5::text[] IS NULL OR NOT EXISTS (
         SELECT 1 FROM incidents i WHERE i.id = s.state->>'incidentId' AND NOT ${seenIn('$5')}))
     ORDER BY s.id DESC LIMIT $4`,
    [filter.cursor, filter.held, filter.by ?? null, filter.limit + 1, filter.seen ?? null],
  );
  const page = toPage(rows, filter, ({ id }) => id);
  const items = await believable(page.items, async (row) => (await loads.loadGroup(row)).group);
  return { items, cursor: page.cursor };
}

async function alertGroup({ pool, loads }: { readonly pool: Pool; readonly loads: Loads }, id: string) {
  const { rows } = await pool.query<IncidentSnapshot>(`${selectGroups} WHERE s.kind = 'group' AND s.id = $1`, [id]);
  return rows[0] ? (await loads.loadGroup(rows[0])).group : null;
}

async function actionItems(
  { pool, loads }: { readonly pool: Pool; readonly loads: Loads },
  filter: Parameters<ReadModels['actionItems']>[0],
): ReturnType<ReadModels['actionItems']> {
  const { rows } = await pool.query<ListedIncident>(
    `${selectIncidents}
     WHERE i.id IN (SELECT e.stream_id FROM events e WHERE e.type = 'action_item.added')
       AND ($1::text IS NULL OR i.id < $1) AND ${seenIn('$2')}
     ORDER BY i.id DESC LIMIT $3`,
    [filter.cursor, filter.seen ?? null, filter.limit + 1],
  );
  const page = toPage(rows, filter, ({ id }) => id);
  const incidents = await believable(page.items, (row) => toIncident(loads, row));
  const items = incidents.flatMap(({ id, number, title, actionItems: known }) =>
    Object.values(known?.items ?? {}).map((item) => ({ ...item, incident: { id, number, title } })),
  );
  return { items, cursor: page.cursor };
}

/** The alerts that open an incident stand at the beginning of its stream. */
const openingEvents = 20;

async function openingAlert(pool: Pool, incidentId: string): Promise<Alert | null> {
  const { rows } = await pool.query<{ alert: unknown }>({
    name: 'opening-alert',
    text: `SELECT data->'alert' AS alert FROM events
           WHERE stream_id = $1 AND seq <= $2 AND type = 'alert.received'
           ORDER BY data->'alert'->>'status' = 'firing' DESC, seq LIMIT 1`,
    values: [incidentId, openingEvents],
  });
  return Alert.safeParse(rows[0]?.alert).data ?? null;
}

/** The read side on PostgreSQL. */
export function createReadModels(pool: Pool, loads: Loads, deliveries: Pick<DeliveryLedger, 'list'>): ReadModels {
  const parts = { pool, loads };
  /** Orders go to what is found: an incident that is found by a column must say of itself what the column says. */
  async function oneIncident(
    where: string,
    value: string | number,
    told: (incident: IncidentRow) => string | number | undefined,
  ): Promise<IncidentRow | null> {
    const text = `${selectIncidents} WHERE ${where} ORDER BY i.opened_at DESC LIMIT 1`;
    const { rows } = await pool.query<ListedIncident>(text, [value]);
    if (!rows[0]) return null;
    const incident = await toIncident(loads, rows[0]);
    return told(incident) === value
      ? incident
      : loads.refuse(
          incident.id,
          `it was found by ${where.split(' ')[0]?.slice(2)} ${value}, which its state does not have`,
        );
  }

  return {
    incidents: (filter) => listIncidents(parts, filter),

    incident(idOrNumber) {
      const number = /^#?(\d{1,9})$/.exec(idOrNumber)?.[1];
      return number === undefined
        ? oneIncident('i.id = $1', idOrNumber, ({ id }) => id)
        : oneIncident('i.number = $1', Number(number), (incident) => incident.number);
    },

    incidentByChannel: (channelId) => oneIncident('i.channel_id = $1', channelId, ({ channel }) => channel?.id),

    archived: (idOrNumber) => archived(pool, idOrNumber),

    privateIncidents: () => privateIncidents(parts),

    openingAlert: (incidentId) => openingAlert(pool, incidentId),

    runs: (filter) => runs(parts, filter),

    async run(id) {
      const { rows } = await pool.query<RunColumns>(`${selectRuns} WHERE r.id = $1`, [id]);
      return rows[0] ? toRun(loads, rows[0]) : null;
    },

    async runsOfIncident(incidentId) {
      const { rows } = await pool.query<RunColumns>(`${selectRuns} WHERE r.incident_id = $1 ORDER BY r.id`, [
        incidentId,
      ]);
      return believable(rows, (row) => toRun(loads, row));
    },

    async approvals(filter) {
      // Approvals live in their runs; a run's id is part of an approval's, so the run's id pages them.
      const { rows } = await pool.query<RunColumns>(
        `${selectRuns}
         WHERE ($1::text IS NULL OR r.id < $1) AND coalesce((r.state->'approvals')::text, '{}') <> '{}'
           AND ($2::bool IS NOT TRUE OR r.open_approvals > 0) AND ${seenIn('$4')}
         ORDER BY r.id DESC LIMIT $3`,
        [filter.cursor, filter.status === 'open', filter.limit + 1, filter.seen ?? null],
      );
      const page = toPage(rows, filter, ({ run_id: id }) => id);
      const shown = await believable(page.items, (row) => toRun(loads, row));
      const items = shown.flatMap(({ state: { runId, incidentId, requestedBy, author, approvals } }) =>
        Object.values(approvals)
          .filter(({ status }) => filter.status === undefined || status === filter.status)
          .map((approval) => ({ runId, incidentId, requestedBy, ...(author && { author }), approval })),
      );
      return { items, cursor: page.cursor };
    },

    alertGroups: (filter) => alertGroups(parts, filter),

    alertGroup: (id) => alertGroup(parts, id),

    actionItems: (filter) => actionItems(parts, filter),

    deliveries: deliveries.list,
  };
}
