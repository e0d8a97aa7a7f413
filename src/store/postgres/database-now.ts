// The time of the database, which all processes share. Sets no clock.
import type { Pool } from 'pg';

/** Epoch milliseconds. */
export async function databaseNowMs(pool: Pick<Pool, 'query'>): Promise<number> {
  const { rows } = await pool.query<{ ms: number }>({
    name: 'database-now',
    text: 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms',
  });
  return rows[0]?.ms ?? Number.NaN;
}
