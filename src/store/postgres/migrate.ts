// Brings the schema up to date: each migration once, in order, in a transaction of its own, under a lock. Holds no SQL of the schema itself.
import pg, { type Pool, type PoolClient } from 'pg';
import { sha256 } from '../../core/json.ts';
import { advisoryLocks } from './advisory-locks.ts';
import { withTransaction } from './pool.ts';
import { SchemaMismatchError } from './schema-mismatch.ts';

/** One step of the schema. Released ones are never edited. */
export type Migration = { readonly id: string; readonly sql: string };

/** What else is done with a migration, in its transaction: what SQL alone cannot do. */
export type AlsoMigrate = (client: PoolClient, id: string) => Promise<void>;

/**
 * Applies what is missing, each in a transaction of its own, and returns the ids applied. Safe to call from many processes
 * at once: the lock lives and dies with the transaction, so that a killed process holds up no other.
 * @throws SchemaMismatchError if the database has a migration this program does not know, an applied one was edited, or this role
 * may not change the schema
 */
export async function migrate(
  pool: Pool,
  migrations: readonly Migration[],
  also: AlsoMigrate = async () => undefined,
): Promise<readonly string[]> {
  const applied: string[] = [];
  for (;;) {
    const id = await asOwner(pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [advisoryLocks.migrate]);
      const next = await nextOf(client, migrations);
      if (!next) return null;
      await client.query(next.sql);
      await also(client, next.id);
      await client.query('INSERT INTO schema_migrations (id, digest) VALUES ($1, $2)', [next.id, sha256(next.sql)]);
      return next.id;
    });
    if (id === null) return applied;
    applied.push(id);
  }
}

/** A role without the rights is told which role has them (42501, PostgreSQL's appendix of error codes). */
async function asOwner<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  try {
    return await withTransaction(pool, work);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== '42501') throw error;
    throw new SchemaMismatchError(
      `the schema must be brought up to date, and this role may not do it (${error.message}); run \`firebreak migrate\` with DATABASE_ADMIN_URL, the address of the owner`,
    );
  }
}

async function nextOf(client: PoolClient, migrations: readonly Migration[]): Promise<Migration | undefined> {
  // Looked for first: a role that may not create it need not, where it is there.
  const there = await client.query<{ there: boolean }>(`SELECT to_regclass('schema_migrations') IS NOT NULL AS there`);
  if (there.rows[0]?.there !== true)
    await client.query(
      'CREATE TABLE schema_migrations (id text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
  const { rows } = await client.query<{ id: string; digest: string }>('SELECT id, digest FROM schema_migrations');
  const known = new Map(migrations.map(({ id, sql }) => [id, sha256(sql)]));
  for (const { id, digest } of rows) {
    if (!known.has(id))
      throw new SchemaMismatchError(
        `the database has migration ${id}, which this version does not know; run a newer Firebreak`,
      );
    if (known.get(id) !== digest)
      throw new SchemaMismatchError(`migration ${id} is not the one that was applied; restore its released text`);
  }
  const done = new Set(rows.map(({ id }) => id));
  return migrations.find(({ id }) => !done.has(id));
}
