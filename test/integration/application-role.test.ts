// The role that the application works as, on a real PostgreSQL: it does all its work and can change nothing that is recorded.
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realRuntime } from '../../src/platform/runtime.ts';
import { openQueue } from '../../src/queue/open.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { ownAndAppRole } from '../support/cluster/two-roles.ts';

const log = pino({ level: 'silent' });
let roles: Awaited<ReturnType<typeof ownAndAppRole>>;
let made: { readonly app: string; readonly owner: string };
beforeAll(async () => {
  roles = await ownAndAppRole();
  made = await roles.createDatabase();
  await (await open({ databaseUrl: made.app, databaseAdminUrl: made.owner })).close();
});
afterAll(() => roles?.close());

const open = (where: { databaseUrl: string; databaseAdminUrl?: string }): Promise<Store> =>
  openStore({ ...where, dataDir: roles.dataDir }, realRuntime, log);

async function asRole<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('the role of the application', () => {
  it('cannot make the schema, and is told who can', async () => {
    const { app } = await roles.createDatabase();
    await expect(open({ databaseUrl: app })).rejects.toThrow(/run `firebreak migrate` with DATABASE_ADMIN_URL/);
  });

  it('works alone on a schema that its owner, who is no superuser, has made', async () => {
    const { app } = made;
    const store = await open({ databaseUrl: app });
    expect(await store.ready()).toBe(null);
    await store.deliveries.keepDead({
      source: 'x',
      integration: 'x',
      headers: {},
      body: Buffer.from('x'),
      error: 'x',
      fault: 'sender',
    });
    expect(await store.retention.remove('deadDeliveries', { ageMs: -60_000, limit: 10 })).toBe(1);
    const queue = await openQueue(
      { redisUrl: null, databaseUrl: app },
      { runtime: realRuntime, log, report: () => undefined },
    );
    await queue.close();
    await store.close();
  });

  it.each([
    'UPDATE events SET cause = cause',
    'DELETE FROM events',
    'TRUNCATE events CASCADE',
    'UPDATE checkpoints SET at = at',
    'DELETE FROM checkpoints',
    'DELETE FROM incidents',
    'DELETE FROM runs',
    'DELETE FROM streams',
    `INSERT INTO archived_streams VALUES ('x', 1, 1, 'x', 'x', now())`,
    'UPDATE artifacts SET name = name',
    'UPDATE playbook_versions SET name = name',
    'DELETE FROM schema_migrations',
    'ALTER TABLE events DISABLE TRIGGER ALL',
    `SET session_replication_role = 'replica'`,
    'CREATE TABLE x (a integer)',
  ])('may not: %s', async (statement) => {
    await asRole(made.app, async (client) => {
      await expect(client.query(statement)).rejects.toThrow(/permission denied|must be owner/);
    });
  });

  it('is what an embedded database is worked on as, and no superuser there', async () => {
    const [{ name, super: isSuper } = { name: '', super: true }] = await asRole(
      roles.embeddedAppUrl,
      async (client) => {
        const { rows } = await client.query<{ name: string; super: boolean }>(
          'SELECT current_user AS name, rolsuper AS super FROM pg_roles WHERE rolname = current_user',
        );
        return rows;
      },
    );
    expect({ name, isSuper }).toEqual({ name: 'firebreak_app', isSuper: false });
  });
});
