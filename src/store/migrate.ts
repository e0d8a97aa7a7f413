// Brings the schema up to date: each migration once, in order, in one transaction, under a lock. Holds no SQL of the schema itself.
import type { Pool } from 'pg';
import { sha256 } from '../core/json.ts';

/** One step of the schema. Released ones are never edited. */
export type Migration = { readonly id: string; readonly sql: string };

/** The schema in the database does not fit this program. The message says what to do. */
export class SchemaMismatchError extends Error {
  override readonly name = 'SchemaMismatchError';
}

// An arbitrary constant: every Firebreak that migrates this database takes the same lock.
const lockKey = 7_103_662;

/**
 * Applies what is missing and returns the ids applied. Safe to call from many processes at once.
 * @throws SchemaMismatchError if the database has a migration this program does not know, or an applied one was edited
 */
export async function migrate(pool: Pool, migrations: readonly Migration[]): Promise<readonly string[]> {
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    try {
      await client.query(
        'CREATE TABLE IF NOT EXISTS schema_migrations (id text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
      );
      const { rows } = await client.query<{ id: string; digest: string }>('SELECT id, digest FROM schema_migrations');
      const known = new Map(migrations.map((migration) => [migration.id, sha256(migration.sql)]));
      for (const { id, digest } of rows) {
        if (!known.has(id))
          throw new SchemaMismatchError(
            `the database has migration ${id}, which this version does not know; run a newer Firebreak`,
          );
        if (known.get(id) !== digest)
          throw new SchemaMismatchError(`migration ${id} is not the one that was applied; restore its released text`);
      }
      const applied = new Set(rows.map(({ id }) => id));
      const missing = migrations.filter(({ id }) => !applied.has(id));
      for (const { id, sql } of missing) {
        await client.query('BEGIN');
        try {
          await client.query(sql);
          await client.query('INSERT INTO schema_migrations (id, digest) VALUES ($1, $2)', [id, sha256(sql)]);
          await client.query('COMMIT');
        } catch (error) {
          await client.query('ROLLBACK');
          throw error;
        }
      }
      return missing.map(({ id }) => id);
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [lockKey]);
    }
  } finally {
    client.release();
  }
}
