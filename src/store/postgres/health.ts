// How a database is: its version, its clock against ours, what of the schema is missing, how many workers it has. Changes nothing.

import { type DeliveryFaults, faultsOf } from '../intake/read-deliveries.ts';
import { migrations } from './migrations/index.ts';
import { createPool } from './pool.ts';
import { type SchemaState, schemaState } from './schema.ts';

/** What was found. */
export type Health = SchemaState & {
  /** PostgreSQL's own version, such as `18.1`. */
  readonly version: string;
  /** How far the database's clock is ahead of ours, in milliseconds; exact to half of `roundTripMs`. */
  readonly clockAheadMs: number;
  readonly roundTripMs: number;
  /** Workers with a heartbeat within the last ten seconds. */
  readonly workers: number;
  /** Deliveries that are not dealt with, by source and whose fault it is. */
  readonly deliveryFaults: readonly DeliveryFaults[];
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
    const { rows } = await pool.query<{ version: string; ms: number; workers: boolean }>(
      `SELECT current_setting('server_version') AS version, extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms,
         to_regclass('workers') IS NOT NULL AS workers`,
    );
    const after = nowMs();
    const [found] = rows;
    const { pending, unknown } = await schemaState(pool, migrations);
    const alive = found?.workers
      ? await pool.query(`SELECT 1 FROM workers WHERE seen_at > clock_timestamp() - interval '${aliveWithin}'`)
      : null;
    return {
      version: found?.version ?? '',
      clockAheadMs: Math.round((found?.ms ?? after) - (before + after) / 2),
      roundTripMs: after - before,
      pending,
      unknown,
      workers: alive?.rowCount ?? 0,
      deliveryFaults: pending.length === 0 ? await faultsOf(pool) : [],
    };
  } finally {
    await pool.end();
  }
}
