// A real PostgreSQL of Firebreak's own, for those who bring none: created, started, kept alive and stopped with this process.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../ports.ts';
import { type Account, databaseAccount, lockDirectory, privateDirectory } from './data-directory.ts';
import { type Binaries, EmbeddedPostgresError, findBinaries } from './embedded-binaries.ts';

/** A running embedded database. */
export type EmbeddedPostgres = {
  readonly url: string;
  readonly pid: () => number | undefined;
  readonly stop: () => Promise<void>;
};

/** How to run it. */
export type EmbeddedOptions = {
  readonly dataDir: string;
  readonly log: Log;
  /** Off only for tests: a crash of the machine may then lose commits. */
  readonly fsync?: boolean;
};

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '80',
  shared_buffers: '48MB',
  max_wal_size: '512MB',
  jit: 'off',
  max_worker_processes: '2',
  max_parallel_workers: '0',
  autovacuum_max_workers: '1',
  wal_level: 'minimal',
  max_wal_senders: '0',
  logging_collector: 'off',
  log_min_messages: 'warning',
  password_encryption: 'scram-sha-256',
};
const startWithinMs = 30_000;
const maxLogBytes = 5 * 1024 * 1024;

/**
 * Starts the database under `<dataDir>/postgres`, creating it if it is not there, and starts it again should it die.
 * @throws DataDirectoryInUseError, EmbeddedPostgresError with what to do about it
 */
export async function startEmbeddedPostgres({
  dataDir,
  log,
  fsync = true,
}: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const unlock = lockDirectory(dataDir);
  try {
    const binaries = findBinaries();
    const account = databaseAccount();
    // The other account has to pass through our directory, not to read it.
    if (account) chmodSync(dataDir, 0o711);
    const cluster = join(dataDir, 'postgres');
    const secret = join(dataDir, 'postgres.password');
    if (!existsSync(join(cluster, 'PG_VERSION'))) createCluster(binaries, account, cluster, secret);
    const password = readFileSync(secret, 'utf8').trim();
    await endOrphan(cluster, log);
    const database = await keepRunning({ binaries, account, cluster, password, log, fsync });
    return {
      url: database.url,
      pid: database.pid,
      async stop() {
        await database.stop();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

const identity = (account: Account | null) => (account ? { uid: account.uid, gid: account.gid } : {});
const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Creates a cluster beside its place and moves it there when it is complete: a death half-way leaves nothing that looks finished. */
function createCluster(binaries: Binaries, account: Account | null, cluster: string, secret: string): void {
  const fresh = `${cluster}.new`;
  rmSync(fresh, { recursive: true, force: true });
  privateDirectory(fresh, account);
  writeFileSync(secret, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  if (account) chownSync(secret, account.uid, account.gid);
  const args = ['-D', fresh, '-U', 'firebreak', '--pwfile', secret, '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C'];
  try {
    execFileSync(binaries.initdb, args, { stdio: 'pipe', env: environment, ...identity(account) });
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    const hint = /could not access directory|Permission denied/i.test(output)
      ? 'every folder above it must let the account `nobody` pass (chmod o+x), or start Firebreak as another user'
      : 'see the message above; DATABASE_URL uses a PostgreSQL of your own instead';
    throw new EmbeddedPostgresError(
      `the database could not be created in ${cluster}: ${output.slice(-600) || error}; ${hint}`,
    );
  }
  if (account) chownSync(secret, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
  renameSync(fresh, cluster);
}

/** A database that outlived its Firebreak is told to stop: it holds the directory and a port that nobody remembers. */
async function endOrphan(cluster: string, log: Log): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const isOurs = () => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(cluster);
    } catch {
      return !existsSync('/proc/self') && isRunning(pid);
    }
  };
  if (Number.isInteger(pid) && isOurs()) {
    log.warn({ pid }, 'ending a database that outlived its Firebreak');
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
      if (!isOurs()) break;
      process.kill(pid, signal);
      for (let i = 0; i < 60 && isOurs(); i++) await delay(50);
    }
  }
  if (!isOurs()) rmSync(file, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

type Cluster = {
  readonly binaries: Binaries;
  readonly account: Account | null;
  readonly cluster: string;
  readonly password: string;
  readonly log: Log;
  readonly fsync: boolean;
};

async function keepRunning(options: Cluster): Promise<EmbeddedPostgres> {
  const { log } = options;
  const port = await freePort();
  const url = `postgres://firebreak:${options.password}@127.0.0.1:${port}/postgres`;
  let stopping = false;
  let child = await startPostmaster(options, port, url);
  let restarts = 0;
  const watch = (process: ChildProcess) => {
    process.once('exit', (code, signal) => {
      if (stopping) return;
      restarts += 1;
      log.error({ code, signal, restarts }, 'the database ended; starting it again');
      void revive();
    });
  };
  async function revive(): Promise<void> {
    try {
      await endOrphan(options.cluster, log);
      child = await startPostmaster(options, port, url);
      watch(child);
    } catch (error) {
      log.error({ err: error }, 'the database does not start; trying again');
      await delay(Math.min(30_000, 500 * 2 ** Math.min(restarts, 6)));
      if (!stopping) await revive();
    }
  }
  watch(child);
  return {
    url,
    pid: () => child.pid,
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGQUIT'), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Starts the postmaster in a session of its own, so that a Ctrl-C reaches Firebreak alone, which then stops it in order. */
async function startPostmaster(
  { binaries, account, cluster, fsync }: Cluster,
  port: number,
  url: string,
): Promise<ChildProcess> {
  const logFile = join(cluster, 'postgres.log');
  if (existsSync(logFile) && statSync(logFile).size > maxLogBytes) renameSync(logFile, `${logFile}.1`);
  const output = openSync(logFile, 'a', 0o600);
  const chosen = {
    ...settings,
    port: String(port),
    ...(fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const args = ['-D', cluster, ...Object.entries(chosen).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const child = spawn(binaries.postgres, args, {
    stdio: ['ignore', output, output],
    detached: true,
    env: environment,
    ...identity(account),
  });
  let ended: string | null = null;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended ??= `exit ${code ?? signal}`;
  });
  for (const deadline = Date.now() + startWithinMs; ; ) {
    if (ended === null && (await answers(url))) return child;
    if (ended !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      const tail = existsSync(logFile) ? readFileSync(logFile, 'utf8').trim().split('\n').slice(-8).join('\n') : '';
      throw new EmbeddedPostgresError(
        `the database did not start (${ended ?? 'no answer'}); the end of ${logFile}:\n${tail}`,
      );
    }
    await delay(15);
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
