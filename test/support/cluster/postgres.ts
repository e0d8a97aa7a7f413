// A PostgreSQL server for several Firebreaks, a database for each; its connections and itself can be ended at any time.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import pg from 'pg';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../../../src/store/embedded/embedded.ts';
import { dataDirWithDatabase } from './data-dir.ts';

/** A server. */
export type TestPostgres = {
  readonly port: number;
  /** Creates an empty database; answers its URL, by the server's socket. */
  readonly createDatabase: () => Promise<string>;
  /** The URL of a database as it is reached over TCP, through this port of the loopback. */
  readonly overTcp: (databaseUrl: string, port: number) => string;
  /** Ends every connection to a database from the server's side. */
  readonly terminateBackends: (databaseUrl: string) => Promise<number>;
  /** Lets nobody write, or everybody again: as a full disk's guard or a failover does. */
  readonly setReadOnly: (isReadOnly: boolean) => Promise<void>;
  /** Kills the server the hard way. It is started again at once, on the same port. */
  readonly kill: () => void;
  readonly close: () => Promise<void>;
};

/** Starts one. It does not wait for the disk: processes are killed here, not machines. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const dataDir = await dataDirWithDatabase();
  const server = await startEmbeddedPostgres({ dataDir, log: pino({ level: 'silent' }), fsync: false });

  async function query<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<T>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  return {
    port: Number(new URL(server.url).port),
    async createDatabase() {
      const name = `t${randomBytes(6).toString('hex')}`;
      await query(`CREATE DATABASE ${name}`);
      return Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
    },
    overTcp: (databaseUrl, port) => {
      const { username, password, pathname } = new URL(databaseUrl);
      return `postgres://${username}:${password}@127.0.0.1:${port}${pathname}`;
    },
    async terminateBackends(databaseUrl) {
      const name = new URL(databaseUrl).pathname.slice(1);
      const rows = await query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
      return rows.length;
    },
    async setReadOnly(isReadOnly) {
      await query(`ALTER SYSTEM SET default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`);
      await query('SELECT pg_reload_conf()');
    },
    kill() {
      const pid = server.pid();
      if (pid) process.kill(pid, 'SIGKILL');
    },
    async close() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
