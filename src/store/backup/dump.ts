// All rows of the database as they stand at one moment, in an order in which they can be put back. Writes nothing.
import pg, { type Pool, type PoolClient } from 'pg';
import { keyOfRecord } from '../ledger/record-key.ts';
import type { BackupHead, BackupRow } from './backup-file.ts';

const name = pg.escapeIdentifier;

/** A table of the schema, with those that it refers to. */
type Table = { readonly table: string; readonly refersTo: readonly string[] };

const rowsAtOnce = 500;

/** What is read of the database for a backup. */
export type Dump = {
  readonly schema: readonly [string, ...string[]];
  readonly sequences: BackupHead['sequences'];
  readonly key: string | null;
  readonly rows: AsyncGenerator<readonly BackupRow[]>;
};

/**
 * Lets `work` read the database as it stands now; whoever writes meanwhile is not held up.
 * @throws DatabaseError if this role may not read all of it
 */
export async function withDump<T>(pool: Pool, work: (dump: Dump) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const [first, ...more] = await idsOf(client);
    if (first === undefined) throw new Error('the database has no schema');
    const [sequences, key] = [await sequencesOf(client), await keyOfRecord(client)];
    return await work({ schema: [first, ...more], sequences, key, rows: rowsOf(client, await tablesOf(client)) });
  } finally {
    // The transaction ends with its connection.
    client.release(true);
  }
}

async function idsOf(client: PoolClient): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM schema_migrations ORDER BY applied_at, id');
  return rows.map(({ id }) => id);
}

async function sequencesOf(client: PoolClient): Promise<BackupHead['sequences']> {
  const { rows } = await client.query<{ name: string; next: string }>(
    `SELECT sequencename AS name, coalesce(last_value + increment_by, start_value)::text AS next
     FROM pg_sequences WHERE schemaname = current_schema()`,
  );
  return Object.fromEntries(rows.map(({ name: sequence, next }) => [sequence, next]));
}

/** The tables but that of migrations, which whoever restores brings along; each after those that it refers to. */
export async function tablesOf(client: PoolClient): Promise<readonly string[]> {
  const { rows } = await client.query<Table>(
    `SELECT c.relname AS table, coalesce((
         SELECT json_agg(r.confrelid::regclass::text) FROM pg_constraint r
         WHERE r.conrelid = c.oid AND r.contype = 'f' AND r.confrelid <> c.oid
       ), '[]') AS "refersTo"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname <> 'schema_migrations'
     ORDER BY c.relname`,
  );
  const left = new Map(rows.map((row) => [row.table, row]));
  const ordered: string[] = [];
  while (left.size > 0) {
    const next = [...left.values()].filter(({ refersTo }) => !refersTo.some((other) => left.has(other)));
    if (next.length === 0) throw new Error(`tables refer to each other in a circle: ${[...left.keys()].join(', ')}`);
    for (const { table } of next) {
      ordered.push(table);
      left.delete(table);
    }
  }
  return ordered;
}

async function* rowsOf(client: PoolClient, tables: readonly string[]): AsyncGenerator<readonly BackupRow[]> {
  for (const table of tables) {
    await client.query(`DECLARE dump NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS json FROM ${name(table)} t`);
    for (;;) {
      const { rows } = await client.query<{ json: string }>(`FETCH ${rowsAtOnce} FROM dump`);
      if (rows.length === 0) break;
      yield rows.map(({ json }) => ({ table, json }));
    }
    await client.query('CLOSE dump');
  }
}
