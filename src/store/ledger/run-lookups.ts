// Which runs stand in each other's way: by concurrency key, by cooldown, by number. Looks up; decides nothing.
import type { Pool } from 'pg';
import type { RunLookups } from '../../ports/ledger.ts';

/** Lookups on the runs of PostgreSQL. */
export function createRunLookups(pool: Pool): RunLookups {
  async function idOf(name: string, text: string, key: string): Promise<string | null> {
    const { rows } = await pool.query<{ id: string }>({ name, text, values: [key] });
    return rows[0]?.id ?? null;
  }
  return {
    firstInLine: (key) =>
      idOf('first-in-line', 'SELECT id FROM runs WHERE queues_for = $1 ORDER BY started_at, id LIMIT 1', key),
    holderOf: (key) => idOf('holder-of', 'SELECT id FROM runs WHERE holds_key = $1', key),
    async lastRunOf(cooldownKey, since) {
      const { rows } = await pool.query<{ id: string; started_at: string }>({
        name: 'last-run-of',
        text: `SELECT id, started_at FROM runs WHERE cooldown_key = $1 AND started_at > $2
               ORDER BY started_at DESC LIMIT 1`,
        values: [cooldownKey, since],
      });
      return rows[0] ? { runId: rows[0].id, startedAt: rows[0].started_at } : null;
    },
    async atWork(playbook) {
      const { rows } = await pool.query<{ incident_id: string }>(
        `SELECT DISTINCT incident_id FROM runs WHERE finished_at IS NULL AND ($1 = '*' OR playbook = $1)`,
        [playbook],
      );
      return rows.map(({ incident_id: id }) => id);
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
      return rows[0]?.count ?? 0;
    },
  };
}
