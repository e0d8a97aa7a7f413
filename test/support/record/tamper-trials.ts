// Tamper trials, generated from what each column is declared to be: every column of a row edited, rows deleted, invented and swapped.
// Each trial is made in a transaction that is rolled back, so that one populated database serves them all.
import type pg from 'pg';
import { columnKinds } from './columns.ts';

/** One trial: what is done, in statements. */
export type Trial = { readonly name: string; readonly table: string; readonly statements: readonly string[] };

/** What a column is replaced by, by its type; the value is always another than before. */
export const edits: { readonly [type: string]: (column: string) => string } = {
  text: (c) => `coalesce(${c}, '') || 'x'`,
  integer: (c) => `coalesce(${c}, 0) + 1`,
  smallint: (c) => `coalesce(${c}, 0) + 1`,
  bigint: (c) => `${c} + 100000`,
  'double precision': (c) => `${c} + 1`,
  boolean: (c) => `NOT ${c}`,
  bytea: (c) => `${c} || '\\x00'::bytea`,
  'timestamp with time zone': (c) => `coalesce(${c}, '2026-01-01') + interval '1 second'`,
  jsonb: () => `'{"edited": true}'::jsonb`,
  json: () => `'{"edited": true}'::json`,
  tsvector: (c) => `${c} || 'x'::tsvector`,
  ARRAY: (c) => `array_append(${c}, 'x')`,
};

/** The columns of the schema that have not been declared, or were declared and are not there. */
export async function undeclared(client: pg.Client): Promise<readonly string[]> {
  const there = (await columnsOf(client)).map(({ table, column }) => `${table}.${column}`);
  const declared = Object.entries(columnKinds).flatMap(([table, columns]) =>
    Object.keys(columns).map((column) => `${table}.${column}`),
  );
  return [
    ...there.filter((name) => !declared.includes(name)).map((name) => `${name} is not declared`),
    ...declared.filter((name) => !there.includes(name)).map((name) => `${name} is declared and not there`),
  ];
}

/** A column of the schema. */
export type Column = {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
};
/** All of them. */
export async function columnsOf(client: pg.Client): Promise<readonly Column[]> {
  const { rows } = await client.query<Column>(
    `SELECT c.table_name AS table, c.column_name AS column, c.data_type AS type, c.is_nullable = 'YES' AS nullable
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name NOT LIKE 'bullmq%'
     ORDER BY 1, c.ordinal_position`,
  );
  return rows;
}

const kinds = (table: string) => new Set(Object.values(columnKinds[table] ?? {}));

/** All trials on record and derived columns, on tables that have rows. */
export async function trialsOf(client: pg.Client): Promise<readonly Trial[]> {
  const columns = await columnsOf(client);
  const trials: Trial[] = [];
  for (const table of new Set(columns.map((column) => column.table))) {
    if (!kinds(table).has('record') && !kinds(table).has('derived')) continue;
    const { rows } = await client.query<{ ctid: string }>(`SELECT ctid::text FROM ${table} ORDER BY ctid`);
    const [first, second] = [rows[0]?.ctid, rows.at(-1)?.ctid];
    if (first === undefined)
      throw new Error(`${table} has no rows: the populated database must have some of everything`);
    const own = columns.filter((column) => column.table === table);
    for (const { column, type, nullable } of own) {
      if (columnKinds[table]?.[column] === 'operational') continue;
      const edit = edits[type];
      if (!edit) throw new Error(`no edit is known for the type ${type} of ${table}.${column}`);
      const targets = new Set([first, second ?? first]);
      for (const row of targets)
        trials.push(
          trial(table, `${column} edited`, `UPDATE ${table} SET ${column} = ${edit(column)} WHERE ctid = '${row}'`),
        );
      const set = nullable ? rows.map(({ ctid }) => ctid) : [];
      for (const row of set.slice(0, 1))
        trials.push(
          trial(
            table,
            `${column} emptied`,
            `UPDATE ${table} SET ${column} = NULL WHERE ctid = '${row}' AND ${column} IS NOT NULL`,
          ),
        );
      if (second !== undefined && second !== first)
        trials.push(
          trial(
            table,
            `${column} swapped`,
            `UPDATE ${table} t SET ${column} = (SELECT o.${column} FROM ${table} o WHERE o.ctid = '${second}')
             WHERE ctid = '${first}' AND ${column}::text IS DISTINCT FROM (SELECT o.${column}::text FROM ${table} o WHERE o.ctid = '${second}')`,
          ),
        );
    }
    for (const row of new Set([first, second ?? first]))
      trials.push(trial(table, 'a row deleted', `DELETE FROM ${table} WHERE ctid = '${row}'`));
    const key =
      own.find(({ column }) => ['id', 'hash', 'digest', 'scope', 'fingerprint', 'seq'].includes(column))?.column ??
      'id';
    const type = own.find(({ column }) => column === key)?.type ?? 'text';
    const fresh = edits[type]?.(`t.${key}`) ?? key;
    const copied = own.map(({ column }) =>
      column === key ? fresh : table === 'incidents' && column === 'number' ? 'number + 1000' : column,
    );
    trials.push(
      trial(
        table,
        'a row invented',
        `INSERT INTO ${table} (${own.map(({ column }) => column).join()}) SELECT ${copied.join()} FROM ${table} t WHERE ctid = '${first}'`,
      ),
    );
    trials.push(trial(table, 'every row deleted', `DELETE FROM ${table}`));
  }
  return trials;
}

const trial = (table: string, what: string, ...statements: readonly string[]): Trial => ({
  name: `${table}: ${what}`,
  table,
  statements,
});

/** How a trial went: `impossible`: the database itself does not take it; `nothing`: it changed no row. */
export type Tried = 'impossible' | 'nothing' | 'made';

/** Makes a trial inside the transaction that the client is in. */
export async function makeTrial(client: pg.Client | pg.PoolClient, { statements }: Trial): Promise<Tried> {
  let changed = 0;
  await client.query('SAVEPOINT before_trial');
  try {
    // Foreign keys and append-only triggers do not stop whoever owns the database.
    await client.query(`SET LOCAL session_replication_role = 'replica'`);
    for (const statement of statements) changed += (await client.query(statement)).rowCount ?? 0;
  } catch {
    await client.query('ROLLBACK TO SAVEPOINT before_trial');
    return 'impossible';
  }
  return changed === 0 ? 'nothing' : 'made';
}
