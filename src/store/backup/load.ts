// Puts the rows of a backup into an empty database, all of them or none. Makes no schema.
import pg, { type Pool, type PoolClient } from 'pg';
import { withTransaction } from '../postgres/pool.ts';
import { BackupFileError, type BackupHead, type BackupRow } from './backup-file.ts';
import { tablesOf } from './dump.ts';

const name = pg.escapeIdentifier;

/** The database holds something already. The message says what to do. */
export class NotEmptyError extends Error {
  override readonly name = 'NotEmptyError';
}

/** A statement takes this many characters of rows at most, or one row. */
const charactersAtOnce = 4_000_000;

/**
 * Fails where somebody would lose something.
 * @throws NotEmptyError if an event or a delivery is there
 */
export async function expectEmpty(owner: Pool): Promise<void> {
  for (const table of ['events', 'deliveries']) {
    const { rows } = await owner.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [table]);
    if (rows[0]?.there !== true) continue;
    const found = await owner.query(`SELECT 1 FROM ${name(table)} LIMIT 1`);
    if (found.rows.length > 0)
      throw new NotEmptyError('this database holds a record already; restore into an empty one, so that none is lost');
  }
}

/**
 * Puts the rows where they were. The database must have the very schema that the backup names.
 * @param owner connections as the owner of the schema, without a limit of time
 * @throws BackupFileError if it has a table that this schema has not
 */
export async function loadBackup(
  owner: Pool,
  { sequences }: Pick<BackupHead, 'sequences'>,
  rows: AsyncIterable<BackupRow>,
): Promise<void> {
  await withTransaction(owner, async (client) => {
    const tables = await tablesOf(client);
    const columns = new Map<string, string>();
    // What triggers would write is in the backup; and what migrations laid into empty tables is, too.
    for (const table of tables) await client.query(`ALTER TABLE ${name(table)} DISABLE TRIGGER USER`);
    for (const table of tables.toReversed()) {
      await client.query(`DELETE FROM ${name(table)}`);
      columns.set(table, await columnsOf(client, table));
    }
    for await (const { table, json } of batches(rows)) {
      const into = columns.get(table);
      if (into === undefined) throw new BackupFileError(`the backup has a table ${table}, which its schema has not`);
      await client.query(
        `INSERT INTO ${name(table)} (${into}) OVERRIDING SYSTEM VALUE
         SELECT ${into} FROM json_populate_recordset(NULL::${name(table)}, $1::json)`,
        [json],
      );
    }
    for (const [sequence, next] of Object.entries(sequences))
      await client.query('SELECT setval($1::regclass, $2::bigint, false)', [name(sequence), next]);
    for (const table of tables) await client.query(`ALTER TABLE ${name(table)} ENABLE TRIGGER USER`);
  });
}

/** Those that are not computed by the database. */
async function columnsOf(client: PoolClient, table: string): Promise<string> {
  const { rows } = await client.query<{ column: string }>(
    `SELECT column_name AS column FROM information_schema.columns
     WHERE table_schema = current_schema() AND table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position`,
    [table],
  );
  return rows.map(({ column }) => name(column)).join(', ');
}

/** Rows of one table together, as a JSON array. */
async function* batches(rows: AsyncIterable<BackupRow>): AsyncGenerator<BackupRow> {
  let table = '';
  let some: string[] = [];
  let characters = 0;
  const batch = () => ({ table, json: `[${some.join(',')}]` });
  for await (const row of rows) {
    if (some.length > 0 && (row.table !== table || characters > charactersAtOnce)) {
      yield batch();
      [some, characters] = [[], 0];
    }
    table = row.table;
    some.push(row.json);
    characters += row.json.length;
  }
  if (some.length > 0) yield batch();
}
