// A PostgreSQL with an owner who is no superuser and a role for the application, as docker-compose.yml makes them.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../../../src/store/embedded/embedded.ts';

/** Starts one. `createDatabase` answers the addresses of an empty database as each of the two. */
export async function ownAndAppRole() {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-roles-'));
  const log = pino({ level: 'silent' });
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'database'), log, fsync: false });
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query(`CREATE ROLE owner LOGIN PASSWORD 'o'; CREATE ROLE app LOGIN PASSWORD 'a'`);
  const urlOf = (name: string, user: string, password: string) =>
    server.url.replace(/\/\/[^@]*@/, `//${user}:${password}@`).replace(/[^/]*$/, name);
  return {
    dataDir: join(folder, 'data'),
    embeddedAppUrl: server.applicationUrl,
    async createDatabase() {
      const name = `t${randomBytes(6).toString('hex')}`;
      await admin.query(`CREATE DATABASE ${name} OWNER owner`);
      return { owner: urlOf(name, 'owner', 'o'), app: urlOf(name, 'app', 'a') };
    },
    async close() {
      await admin.end();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
