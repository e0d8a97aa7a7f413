// Whether the schema of a database is that of this program. Changes nothing.
import type { Pool } from 'pg';
import type { Migration } from './migrate.ts';
import { SchemaMismatchError } from './schema-mismatch.ts';

/** Where a schema stands against this program. */
export type SchemaState = {
  /** Migrations of ours that were not applied yet; all of them where there is no Firebreak's schema at all. */
  readonly pending: readonly string[];
  /** Applied migrations that this program does not know: a newer Firebreak made them. */
  readonly unknown: readonly string[];
};

/** Reads it. */
export async function schemaState(
  pool: Pick<Pool, 'query'>,
  migrations: readonly Pick<Migration, 'id'>[],
): Promise<SchemaState> {
  const { rows } = await pool.query<{ there: boolean }>(`SELECT to_regclass('schema_migrations') IS NOT NULL AS there`);
  const applied = rows[0]?.there ? (await pool.query<{ id: string }>('SELECT id FROM schema_migrations')).rows : [];
  return {
    pending: migrations.map(({ id }) => id).filter((id) => !applied.some((row) => row.id === id)),
    unknown: applied.map(({ id }) => id).filter((id) => !migrations.some((migration) => migration.id === id)),
  };
}

/** @throws SchemaMismatchError with what to do, if the schema is older or newer than this program, or is not there */
export async function expectSchema(
  pool: Pick<Pool, 'query'>,
  migrations: readonly Pick<Migration, 'id'>[],
): Promise<void> {
  const { pending, unknown } = await schemaState(pool, migrations);
  if (unknown.length > 0)
    throw new SchemaMismatchError(
      `the database was made by a newer Firebreak (${unknown.join(', ')}), which this version cannot read; use that Firebreak`,
    );
  if (pending.length === migrations.length)
    throw new SchemaMismatchError('this database holds no Firebreak yet; run `firebreak migrate`');
  if (pending.length > 0)
    throw new SchemaMismatchError(
      `the database is older than this version (it lacks ${pending.join(', ')}); run \`firebreak migrate\``,
    );
}
