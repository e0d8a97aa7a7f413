// Which runs stand in each other's way: by concurrency key, by cooldown, by number. A run that is found by a column counts only if its
// vouched state says what the column says; one that a column hides is found by an audit. Decides nothing.
import type { Pool } from 'pg';
import { formatId } from '../../core/ids.ts';
import type { RunState } from '../../core/run/state.ts';
import type { RunLookups } from '../../ports/ledger.ts';
import { runColumnsOf } from './append-changes.ts';
import { type IncidentColumns, incidentColumns, type RunColumns, runColumns, type Snapshots } from './snapshots.ts';
import { unlessFault } from './unless-fault.ts';

/** The columns that runs are found by. */
type FoundBy = { readonly [column in 'holds_key' | 'queues_for' | 'cooldown_key' | 'started_at']: string | null };

type OriginRow = Parameters<Snapshots['originFrom']>[0];
/** Ids are made by the clock of a process, instants by that of the database: what may lie between them, in milliseconds. */
const idsAheadMs = 10_000;
/** Runs that are looked at for what their columns may hide; people start few within the time of a storm. */
const hiddenAtMost = 2000;

/** Lookups on the runs of PostgreSQL. */
export function createRunLookups(
  pool: Pool,
  snapshots: Pick<Snapshots, 'loadRun' | 'refuse' | 'originFrom'>,
): RunLookups {
  /** The first run that a condition finds. */
  async function first(
    name: string,
    condition: string,
    values: readonly (string | number)[],
  ): Promise<RunState | null> {
    const { rows } = await pool.query<IncidentColumns & RunColumns & FoundBy>({
      name,
      text: `SELECT ${runColumns}, ${incidentColumns}, r.holds_key, r.queues_for, r.cooldown_key, r.started_at
             FROM runs r JOIN incidents i ON i.id = r.incident_id WHERE ${condition} LIMIT 1`,
      values: [...values],
    });
    const [row] = rows;
    if (!row) return null;
    const { run } = await snapshots.loadRun(row);
    const { holds_key, queues_for, cooldown_key, started_at } = runColumnsOf(run);
    const told: FoundBy = { holds_key, queues_for, cooldown_key, started_at };
    for (const column of ['holds_key', 'queues_for', 'cooldown_key', 'started_at'] as const)
      if (row[column] !== told[column]) snapshots.refuse(row.id, `${run.runId}: its column ${column} was edited`);
    return run;
  }

  return {
    async firstInLine(key) {
      return (await first('first-in-line', 'r.queues_for = $1 ORDER BY r.started_at, r.id', [key]))?.runId ?? null;
    },
    holderOf: async (key) => (await first('holder-of', 'r.holds_key = $1', [key]))?.runId ?? null,
    async lastRunOf(cooldownKey, since, nth = 1) {
      const condition = 'r.cooldown_key = $1 AND r.started_at > $2 ORDER BY r.started_at DESC OFFSET $3';
      const last = await first('last-run-of', condition, [cooldownKey, since, nth - 1]);
      return last && { runId: last.runId, startedAt: last.startedAt };
    },
    async atWork(playbook) {
      const { rows } = await pool.query<IncidentColumns & RunColumns>(
        `SELECT ${runColumns}, ${incidentColumns} FROM runs r JOIN incidents i ON i.id = r.incident_id
         WHERE r.finished_at IS NULL AND ($1 = '*' OR r.playbook = $1)`,
        [playbook],
      );
      const incidents = new Set<string>();
      for (const row of rows) {
        const loaded = await unlessFault(snapshots.loadRun(row));
        // A halt is never refused for what cannot be believed.
        if (loaded === null) continue;
        const { incidentId, finishedAt, playbook: at } = loaded.run;
        if (finishedAt === null && (playbook === '*' || at.name === playbook)) incidents.add(incidentId);
      }
      return [...incidents];
    },
    async dueIncidents(at, limit) {
      const { rows } = await pool.query<{ id: string }>({
        name: 'due-incidents',
        text: 'SELECT id FROM incidents WHERE wake_at <= $1 ORDER BY wake_at, id LIMIT $2',
        values: [at, limit],
      });
      return rows.map(({ id }) => id);
    },
    async startedByAlerts(since) {
      const { rows } = await pool.query<{ count: number }>({
        name: 'started-by-alerts',
        text: 'SELECT count(*)::int AS count FROM runs WHERE by_alert AND started_at > $1',
        values: [since],
      });
      return (rows[0]?.count ?? 0) + (await hiddenStarts(pool, snapshots, since));
    },
  };
}

/**
 * Runs whose columns say that no alert has started them since, though their ids are as young: what their start fixed tells. One of which
 * that cannot be told counts: people are asked too often rather than not at all.
 */
async function hiddenStarts(pool: Pool, snapshots: Pick<Snapshots, 'originFrom'>, since: string): Promise<number> {
  const youngest = formatId('run', Date.parse(since) - idsAheadMs, new Uint8Array(10));
  const { rows } = await pool.query<OriginRow>({
    name: 'not-started-by-alerts',
    text: `SELECT id, incident_id AS "streamId", origin::text AS text, origin_proof AS proof
           FROM runs WHERE id > $1 AND NOT (by_alert AND started_at > $2) LIMIT $3`,
    values: [youngest, since, hiddenAtMost],
  });
  return rows.filter((row) => {
    const origin = snapshots.originFrom(row);
    return origin === null || (origin.trigger.type === 'alert' && origin.startedAt > since);
  }).length;
}
