// Connections to PostgreSQL, with types read as the rest of the program means them. Knows no table.
import pg from 'pg';

const { builtins } = pg.types;

function parser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === builtins.TIMESTAMPTZ) return instant;
  // bigint: counters and sequences of ours stay far below 2^53.
  if (oid === builtins.INT8) return Number;
  return pg.types.getTypeParser(oid, format) as (value: string) => unknown;
}

/** As the database writes an instant of our time in UTC: most of what is read by far. */
const plainInstant = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\+00$/;

/** ISO form; what no instant of ours can be, such as `infinity`, stays as it is for the caller to check. */
function instant(text: string): string {
  const plain = plainInstant.exec(text);
  if (plain) return `${plain[1]}T${plain[2]}.${(plain[3] ?? '').padEnd(3, '0')}Z`;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}

/** Connections for anything, and those kept for what is written all the time. */
export type Pools = { readonly pool: pg.Pool; readonly steady: pg.Pool };

/** How long a statement may take where nothing else is said. */
const statementTimeoutMs = 30_000;
/** An answer that has not come this long after it was due will never come: the connection is given up. */
const silenceMs = 5000;

/**
 * A pool. Losing an idle connection is reported through `onError` and never ends the process.
 * @param options.max connections at most
 * @param options.readOnly whether the database is to refuse every change
 * @param options.statementTimeoutMs after this long the database gives a statement up; default 30 s, 0 is never
 */
export function createPool(options: {
  readonly connectionString: string;
  readonly max: number;
  readonly applicationName: string;
  readonly onError: (error: Error) => void;
  readonly readOnly?: boolean;
  readonly statementTimeoutMs?: number;
}): pg.Pool {
  const timeoutMs = options.statementTimeoutMs ?? statementTimeoutMs;
  const pool = new pg.Pool({
    connectionString: options.readOnly ? readOnlyUrl(options.connectionString) : options.connectionString,
    max: options.max,
    application_name: options.applicationName,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: timeoutMs,
    // The database's own limit is of no use when nothing is heard from it any more.
    query_timeout: timeoutMs === 0 ? 0 : timeoutMs + silenceMs,
    // And the database drops the locks of a process that it hears nothing from any more.
    idle_in_transaction_session_timeout: timeoutMs,
    types: { getTypeParser: parser as typeof pg.types.getTypeParser },
  });
  pool.on('error', options.onError);
  // The pool listens to idle connections only; one that breaks in other hands, between two statements, would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** The same address, every transaction of which is read-only unless it says otherwise. It keeps options of its own. */
function readOnlyUrl(connectionString: string): string {
  const url = new URL(connectionString);
  const before = url.searchParams.get('options');
  url.searchParams.set('options', `${before === null ? '' : `${before} `}-c default_transaction_read_only=on`);
  return url.href;
}

/** Runs `work` in one transaction: committed if it resolves, rolled back if it rejects. A broken connection is not reused. */
export async function withTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // Only a database that answered is asked to roll back; else the connection is thrown away, and its transaction with it.
    const rolledBack =
      error instanceof pg.DatabaseError &&
      (await client.query('ROLLBACK').then(
        () => true,
        () => false,
      ));
    client.release(!rolledBack);
    throw error;
  }
}
