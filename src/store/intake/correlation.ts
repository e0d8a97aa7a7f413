// Where alerts belong. Looks up, many alerts in one round trip; decides nothing. What a row leads to counts only if the vouched state
// of the incident says so too.
import type { Pool } from 'pg';
import { alertOf } from '../../core/incident/state.ts';
import type { Correlation } from '../../ports/intake.ts';
import type { LoadedIncident } from '../../ports/ledger.ts';
import { type IncidentColumns, incidentColumns, type Snapshots } from '../ledger/snapshots.ts';
import { createBatcher } from '../postgres/batcher.ts';
import type { AlertHomes } from './alert-homes.ts';

type Lookup = { readonly fingerprint: string; readonly group: string; readonly since: string };
type Row = IncidentColumns & { n: number; status: string; via: string | null };

// An active alert's own incident first, then its group's open one (or the one that its group's was merged into), then one that was
// resolved a short while ago.
const incidentsFor = `
SELECT w.n::int, found.* FROM unnest($1::text[], $2::text[], $3::timestamptz[]) WITH ORDINALITY
  AS w(fingerprint, grouped, since, n), LATERAL (
  SELECT ${incidentColumns}, i.status, i.via FROM (
    SELECT i.*, NULL AS via, CASE WHEN a.active THEN 0 ELSE 2 END AS rank FROM alerts a JOIN incidents i ON i.id = a.incident_id
    WHERE a.fingerprint = w.fingerprint AND i.status <> 'closed' AND (a.active OR i.status = 'open' OR i.resolved_at > w.since)
    UNION ALL
    SELECT i.*, NULL AS via, 1 AS rank FROM incidents i WHERE i.group_key = w.grouped AND i.status = 'open'
    UNION ALL
    SELECT i.*, m.id AS via, 1 AS rank FROM incidents m JOIN incidents i ON i.id = m.merged_into
    WHERE m.group_key = w.grouped AND m.merged_into IS NOT NULL AND i.status = 'open'
  ) i ORDER BY rank LIMIT 1
) found`;

const maxBatch = 200;

/** Loads the incident that a row leads to, if its own state says so too. */
function vouching(pool: Pool, snapshots: Pick<Snapshots, 'loadIncident' | 'refuse'>) {
  async function incidentById(id: string): Promise<LoadedIncident | null> {
    const { rows } = await pool.query<IncidentColumns>({
      name: 'incident-merged-into-another',
      text: `SELECT ${incidentColumns} FROM incidents i WHERE i.id = $1`,
      values: [id],
    });
    return rows[0] ? snapshots.loadIncident(rows[0]) : null;
  }

  return async (row: Row, { fingerprint, group }: Lookup): Promise<LoadedIncident> => {
    const loaded = await snapshots.loadIncident(row);
    const { incident } = loaded;
    const isOf = alertOf(incident, fingerprint) !== undefined || incident.groupKey === group;
    if (incident.status !== row.status || !(isOf || row.via !== null))
      snapshots.refuse(row.id, `it was found for the alert ${fingerprint}, of which its state knows nothing`);
    if (isOf || row.via === null) return loaded;
    const merged = await incidentById(row.via);
    if (merged?.incident.groupKey !== group || merged.incident.mergedInto?.id !== row.id)
      snapshots.refuse(row.via, `it was found as merged into ${row.id}, of which its state knows nothing`);
    return loaded;
  };
}

/** Of the homes of alerts those that are not closed and where the alert still fires. */
const activeHomes = (homes: Awaited<ReturnType<AlertHomes>>) =>
  new Map(
    [...homes].flatMap(([fingerprint, { incident }]) => {
      const fires = incident.status !== 'closed' && alertOf(incident, fingerprint)?.status === 'firing';
      return fires ? [[fingerprint, { incidentId: incident.id, groupKey: incident.groupKey }] as const] : [];
    }),
  );
async function firingIn(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'incidents-with-firing-alerts',
    text: 'SELECT DISTINCT incident_id AS id FROM alerts WHERE active ORDER BY 1',
  });
  return rows.map(({ id }) => id);
}

const numbering = (pool: Pool) =>
  createBatcher<null, number>({
    concurrency: 1,
    maxBatch,
    async run(items) {
      const { rows } = await pool.query<{ number: number }>({
        name: 'next-incident-numbers',
        text: `SELECT nextval('incident_number')::int AS number FROM generate_series(1, $1)`,
        values: [items.length],
      });
      return rows.map(({ number }) => number);
    },
  });

/** Correlation on the incidents and alerts of PostgreSQL. */
export function createCorrelation(
  pool: Pool,
  snapshots: Pick<Snapshots, 'loadIncident' | 'refuse'>,
  homes: AlertHomes,
): Correlation {
  const vouched = vouching(pool, snapshots);
  // A row that cannot be believed concerns whoever asked for it, and nobody else in the batch.
  const lookups = createBatcher<Lookup, () => Promise<LoadedIncident | null>>({
    concurrency: 2,
    maxBatch,
    async run(items) {
      const { rows } = await pool.query<Row>({
        name: 'incidents-for-alerts',
        text: incidentsFor,
        values: [
          items.map(({ fingerprint }) => fingerprint),
          items.map(({ group }) => group),
          items.map(({ since }) => since),
        ],
      });
      const found = new Map(rows.map((row) => [row.n, row]));
      return items.map((item, i) => {
        const row = found.get(i + 1);
        return async () => (row ? vouched(row, item) : null);
      });
    },
  });

  const numbers = numbering(pool);

  return {
    async incidentFor(alert, reopenSince) {
      const group = alert.groupKey ?? alert.fingerprint;
      const load = await lookups.add({ fingerprint: alert.fingerprint, group, since: reopenSince });
      return load();
    },
    lastIncidentOf: async (fingerprint) => (await homes([fingerprint])).get(fingerprint) ?? null,
    activeIn: async (fingerprints) => activeHomes(await homes(fingerprints)),
    async openInGroup(groupKey) {
      const { rows } = await pool.query<IncidentColumns>({
        name: 'open-in-group',
        text: `SELECT ${incidentColumns} FROM incidents i WHERE i.group_key = $1 AND i.status = 'open'`,
        values: [groupKey],
      });
      const loaded = rows[0] ? await snapshots.loadIncident(rows[0]) : null;
      if (loaded && (loaded.incident.groupKey !== groupKey || loaded.incident.status !== 'open'))
        snapshots.refuse(
          loaded.incident.id,
          `it was found as the open incident of ${groupKey}, which its state is not`,
        );
      return loaded;
    },
    nextIncidentNumber: () => numbers.add(null),
    firingIn: () => firingIn(pool),
  };
}
