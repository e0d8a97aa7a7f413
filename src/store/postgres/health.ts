// How a database is: its version, its clock against ours, what of the schema is missing, who works on it. Changes nothing.

import { migrations } from './migrations/index.ts';
import { createPool } from './pool.ts';

/** What was found. */
export type Health = {
  /** PostgreSQL's own version, such as `18.1`. */
  readonly version: string;
  /** How far the database's clock is ahead of ours, in milliseconds; exact to half of `roundTripMs`. */
  readonly clockAheadMs: number;
  readonly roundTripMs: number;
  /** Migrations of ours that were not applied yet. */
  readonly pending: readonly string[];
  /** Applied migrations that this program does not know: a newer Firebreak made them. */
  readonly unknown: readonly string[];
  /** Workers that gave a sign of life within the last ten seconds. */
  readonly workers: number;
};

const aliveWithin = '10 seconds';

/**
 * Asks the database.
 * @throws Error if it cannot be reached
 */
export async function readHealth(url: string, nowMs: () => number): Promise<Health> {
  const pool = createPool({
    connectionString: url,
    max: 1,
    applicationName: 'firebreak-cli',
    onError: () => undefined,
  });
  try {
    await pool.query('SELECT 1');
    const before = nowMs();
    const { rows } = await pool.query<{ version: string; ms: number; ledger: boolean; workers: boolean }>(
      `SELECT current_setting('server_version') AS version, extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms,
         to_regclass('schema_migrations') IS NOT NULL AS ledger, to_regclass('workers') IS NOT NULL AS workers`,
    );
    const after = nowMs();
    const [found] = rows;
    const applied = found?.ledger ? (await pool.query<{ id: string }>('SELECT id FROM schema_migrations')).rows : [];
    const alive = found?.workers
      ? await pool.query(`SELECT 1 FROM workers WHERE seen_at > clock_timestamp() - interval '${aliveWithin}'`)
      : null;
    return {
      version: found?.version ?? '',
      clockAheadMs: Math.round((found?.ms ?? after) - (before + after) / 2),
      roundTripMs: after - before,
      pending: migrations.map(({ id }) => id).filter((id) => !applied.some((row) => row.id === id)),
      unknown: applied.map(({ id }) => id).filter((id) => !migrations.some((migration) => migration.id === id)),
      workers: alive?.rowCount ?? 0,
    };
  } finally {
    await pool.end();
  }
}
