// Connections to PostgreSQL, with types read as the rest of the program means them. Knows no table.
import pg from 'pg';

const { builtins } = pg.types;

function parser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === builtins.TIMESTAMPTZ) return (value) => new Date(value).toISOString();
  // bigint: counters and sequences of ours stay far below 2^53.
  if (oid === builtins.INT8) return Number;
  return pg.types.getTypeParser(oid, format) as (value: string) => unknown;
}

/**
 * A pool. Losing an idle connection is reported through `onError` and never ends the process.
 * @param options.max connections at most
 */
export function createPool(options: {
  readonly connectionString: string;
  readonly max: number;
  readonly applicationName: string;
  readonly onError: (error: Error) => void;
}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.max,
    application_name: options.applicationName,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    statement_timeout: 30_000,
    types: { getTypeParser: parser as typeof pg.types.getTypeParser },
  });
  pool.on('error', options.onError);
  return pool;
}
