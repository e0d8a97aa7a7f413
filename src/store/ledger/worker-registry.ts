// Which worker processes are alive: each renews its lease by heartbeats; one whose lease has ended has lost its steps.
import type { Pool } from 'pg';
import type { LiveWorker, WorkerRegistry } from '../../ports/work.ts';

/** Seen within so many milliseconds. What was seen in the future was seen by nobody: it must not keep a dead worker's steps. */
const isAlive = (column: string, ms: string) =>
  `${column} > clock_timestamp() - ${ms} * interval '1 millisecond' AND ${column} <= clock_timestamp() + ${ms} * interval '1 millisecond'`;

/** The registry of workers in PostgreSQL; its clock is the database's, so that machines need not agree on the time. */
export function createWorkerRegistry(pool: Pool): WorkerRegistry {
  async function alive(leaseMs: number): Promise<readonly LiveWorker[]> {
    const { rows } = await pool.query<LiveWorker>({
      name: 'workers-alive',
      text: `SELECT id AS worker, pool, actions FROM workers
             WHERE ${isAlive('seen_at', '$1')} ORDER BY id`,
      values: [leaseMs],
    });
    return rows;
  }

  return {
    alive,

    async heartbeat(worker, poolName, actions) {
      const { rows } = await pool.query<{ id: string; status: string }>({
        name: 'worker-heartbeat',
        text: `WITH heartbeat AS (
                 INSERT INTO workers (id, pool, actions, started_at, seen_at)
                 VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp())
                 ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp(), pool = excluded.pool, actions = excluded.actions
               )
               SELECT id, status FROM runs WHERE workers <> '{}' AND workers @> ARRAY[$1]::text[]`,
        values: [worker, poolName, actions],
      });
      return {
        holding: rows.map(({ id }) => id),
        cancelling: rows.filter(({ status }) => status === 'cancelling').map(({ id }) => id),
      };
    },

    async leave(worker) {
      await pool.query('DELETE FROM workers WHERE id = $1', [worker]);
    },

    async orphans(leaseMs) {
      const { rows } = await pool.query<{ id: string; workers: string[] }>({
        name: 'worker-orphans',
        text: `SELECT r.id, r.workers FROM runs r
               WHERE r.workers <> '{}' AND EXISTS (
                 SELECT 1 FROM unnest(r.workers) AS held(worker) WHERE NOT EXISTS (
                   SELECT 1 FROM workers w
                   WHERE w.id = held.worker AND ${isAlive('w.seen_at', '$1')}))
               LIMIT 200`,
        values: [leaseMs],
      });
      const living = new Set((await alive(leaseMs)).map(({ worker }) => worker));
      return rows.map(({ id, workers }) => ({ runId: id, gone: workers.filter((worker) => !living.has(worker)) }));
    },

    async forgetOthers() {
      await pool.query('DELETE FROM workers');
    },

    async due(at, limit, after) {
      const { rows } = await pool.query<{
        id: string;
        version: number;
        severity: number;
        wake_at: string;
        pools: string[];
      }>({
        name: 'runs-due',
        text: `SELECT r.id, i.version, i.severity, greatest(r.wake_at, 'epoch') AS wake_at, r.pools FROM runs r JOIN incidents i ON i.id = r.incident_id
               WHERE r.wake_at <= $1 AND ($3::timestamptz IS NULL OR (r.wake_at, r.id) > ($3, $4::text))
               ORDER BY r.wake_at, r.id LIMIT $2`,
        values: [at, limit, after?.wakeAt ?? null, after?.runId ?? null],
      });
      return rows.map(({ id, wake_at: wakeAt, ...row }) => ({ runId: id, wakeAt, ...row }));
    },
  };
}
