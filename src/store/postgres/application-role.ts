// The role that the application works as: it reads everything and adds to the record, and cannot change what stands there. Made and
// given its rights by the owner of the schema. Opens no connection.
import pg, { type ClientBase, type Pool } from 'pg';
import { advisoryLocks } from './advisory-locks.ts';
import { type AlsoMigrate, type Migration, migrate } from './migrate.ts';
import { withTransaction } from './pool.ts';

/** The role of the application in an embedded database. */
export const embeddedApplicationRole = 'firebreak_app';

/** Tables that the application only adds to. */
const appendOnly = ['events', 'checkpoints', 'playbook_versions', 'artifacts', 'artifact_places', 'rulebooks'] as const;
/** Tables that it only reads. */
const readOnly = ['archived_streams', 'redactions', 'schema_migrations'] as const;
/** Tables whose rows it changes and never deletes: what follows from the record, which only an archive takes away. */
const keptRows = ['incidents', 'runs', 'streams', 'alerts', 'tokens'] as const;

const name = pg.escapeIdentifier;

/**
 * Makes the role of an embedded database, or gives it the password again.
 * @param password without quotes; it is made here and random
 */
export async function ensureApplicationRole(owner: ClientBase, password: string): Promise<void> {
  const role = embeddedApplicationRole;
  const { rows } = await owner.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const what = rows.length === 0 ? 'CREATE' : 'ALTER';
  await owner.query(
    `${what} ROLE ${name(role)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD ${pg.escapeLiteral(password)}`,
  );
}

/** Whether a role has what the application needs, and cannot change the record. */
async function hasItsRights(owner: Pool, role: string): Promise<boolean> {
  const { rows } = await owner.query<{ fits: boolean }>(
    `SELECT has_table_privilege($1, 'schema_migrations', 'SELECT') AND has_table_privilege($1, 'events', 'INSERT')
       AND NOT has_table_privilege($1, 'events', 'UPDATE, DELETE, TRUNCATE') AS fits`,
    [role],
  );
  return rows[0]?.fits === true;
}

/** Brings the schema up to date as its owner, and gives the application's role its rights on it; '': there is one role for both. */
export async function bringUpToDate(
  owner: Pool,
  {
    migrations,
    role,
    once,
  }: { readonly migrations: readonly Migration[]; readonly role: string; readonly once: AlsoMigrate },
): Promise<void> {
  const applied = await migrate(owner, migrations, once);
  if (role !== '' && (applied.length > 0 || !(await hasItsRights(owner, role)))) await grantToApplication(owner, role);
}

/**
 * Gives the application's role what it needs on the schema as it is now, and takes away what it needs no more. The owner's own
 * rights are left as they are: where one role does both there is nothing to give.
 */
async function grantToApplication(owner: Pool, role: string): Promise<void> {
  await withTransaction(owner, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [advisoryLocks.migrate]);
    const { rows } = await client.query<{ owner: string; schema: string; database: string; bullmq: string | null }>(
      `SELECT current_user AS owner, current_schema() AS schema, current_database() AS database,
         (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'bullmq') AS bullmq`,
    );
    const [at] = rows;
    if (!at || at.owner === role) return;
    const [to, schema] = [name(role), name(at.schema)];
    const only = (tables: readonly string[]) => tables.map((table) => `${schema}.${name(table)}`).join(', ');
    const statements = [
      // BullMQ makes its own schema, where the jobs are kept in PostgreSQL.
      `GRANT CONNECT, CREATE, TEMPORARY ON DATABASE ${name(at.database)} TO ${to}`,
      `GRANT USAGE ON SCHEMA ${schema} TO ${to}`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${to}`,
      `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${to}`,
      `REVOKE UPDATE, DELETE, TRUNCATE ON ${only(appendOnly)} FROM ${to}`,
      `REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ${only(readOnly)} FROM ${to}`,
      `REVOKE DELETE, TRUNCATE ON ${only(keptRows)} FROM ${to}`,
    ];
    for (const statement of statements) await client.query(statement);
    if (at.bullmq === at.owner) await handOver(client, 'bullmq', role);
  });
}

/** Gives a schema of the owner's, with all that is in it, to a role: an earlier version let the owner make it. */
async function handOver(client: ClientBase, schema: string, role: string): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(
    `SELECT format('ALTER %s %s OWNER TO %I', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END,
       c.oid::regclass, $2::text) AS statement
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'S')
       AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
     UNION ALL
     SELECT format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, $2::text)
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = $1
     UNION ALL
     SELECT format('ALTER TYPE %s OWNER TO %I', t.oid::regtype, $2::text)
     FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = $1 AND t.typtype IN ('e', 'd')`,
    [schema, role],
  );
  for (const { statement } of rows) await client.query(statement);
  await client.query(`ALTER SCHEMA ${name(schema)} OWNER TO ${name(role)}`);
}
