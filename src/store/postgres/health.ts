// How a database is: its version, its clock against ours, what of the schema is missing, how many workers it has. Changes nothing.

import type { Pool } from 'pg';
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
  /** Who we are there, and whether we could change what is recorded. */
  readonly role: { readonly name: string; readonly isSuperuser: boolean; readonly mayEditRecord: boolean };
  /** Incidents that ended more than 90 days ago, and the bytes of the whole database. */
  readonly endedLongAgo: number;
  readonly bytes: number;
  /** Deliveries that are not dealt with, by source and whose fault it is. */
  readonly deliveryFaults: readonly DeliveryFaults[];
};

type Standing = Pick<Health, 'role' | 'endedLongAgo' | 'bytes'>;

/** `fits`: the schema is ours. */
async function standingOf(pool: Pool, fits: boolean): Promise<Standing> {
  const { rows } = await pool.query<{ name: string; super: boolean; bytes: number }>(
    `SELECT current_user AS name, rolsuper AS super, pg_database_size(current_database()) AS bytes
     FROM pg_roles WHERE rolname = current_user`,
  );
  const { name = '', super: isSuperuser = false, bytes = 0 } = rows[0] ?? {};
  if (!fits) return { role: { name, isSuperuser, mayEditRecord: false }, endedLongAgo: 0, bytes };
  const found = await pool.query<{ edits: boolean; ended: number }>(
    `SELECT has_table_privilege('events', 'UPDATE, DELETE, TRUNCATE') AS edits,
       (SELECT count(*) FROM incidents WHERE status <> 'open' AND resolved_at < now() - interval '90 days') AS ended`,
  );
  const { edits: mayEditRecord = false, ended: endedLongAgo = 0 } = found.rows[0] ?? {};
  return { role: { name, isSuperuser, mayEditRecord }, endedLongAgo, bytes };
}

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
      ...(await standingOf(pool, pending.length === 0)),
      deliveryFaults: pending.length === 0 ? await faultsOf(pool) : [],
    };
  } finally {
    await pool.end();
  }
}
