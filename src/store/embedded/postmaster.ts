// One life of the database's server: settings, start, the wait until it answers, its log. Restarts nothing by itself.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, copyFileSync, fstatSync, openSync, readFileSync, readSync, statSync, truncateSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { embeddedApplicationRole, ensureApplicationRole } from '../postgres/application-role.ts';
import { startedIn } from './account.ts';
import { EmbeddedPostgresError } from './binaries.ts';
import { adviceOn, type Cluster } from './cluster.ts';

/** A server that answers. */
export type Postmaster = { readonly child: ChildProcess; readonly ended: Promise<string> };

/** The port was taken by another program between its choice and its use. */
export class PortTakenError extends EmbeddedPostgresError {
  override readonly name: string = 'PortTakenError';
}

// Small in memory, quick to commit: no replication, no parallel plans, no compiler. Durability stays as PostgreSQL has it.
// docs/operations.md says the same to whoever runs a PostgreSQL of their own.
const settings = {
  listen_addresses: '127.0.0.1',
  // Its own directory, which nobody else may enter. A statement through it costs a third less than through the loopback.
  unix_socket_directories: '.',
  max_connections: '80',
  shared_buffers: '48MB',
  // The first change of a page after a checkpoint writes the whole page into the WAL. The default of five minutes would do that
  // to every hot page every five minutes; a crash then replays at most a quarter of an hour, or `max_wal_size`, which is seconds.
  checkpoint_timeout: '15min',
  max_wal_size: '512MB',
  min_wal_size: '64MB',
  // Such whole pages are mostly JSON: compressed they are a third, and only they cost the time.
  wal_compression: 'on',
  jit: 'off',
  max_worker_processes: '2',
  max_parallel_workers: '0',
  autovacuum_max_workers: '1',
  // Jobs, snapshots and deliveries are updated all the time; the thresholds of each table stand with the table (migration 0015).
  // Looked at every fifteen seconds, little has to be done at a time, and little room is lost to dead rows in between.
  autovacuum_naptime: '15s',
  // Enough for the dead rows of one look, and bounded: maintenance_work_mem would be taken otherwise.
  autovacuum_work_mem: '16MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  logging_collector: 'off',
  log_min_messages: 'warning',
  password_encryption: 'scram-sha-256',
};
// Every commit is still handed to the kernel: it outlives a killed server, though not a crashed machine. Tests run on it, and a dozen
// Firebreaks of theirs share one.
const unsafeSettings = { fsync: 'off', full_page_writes: 'off', max_connections: '240' };

/** How long the server may be silent at its start. While it says that it is recovering, it is not silent. */
const silentForMs = 30_000;
const maxLogBytes = 5 * 1024 * 1024;
const tailBytes = 4096;

/** Where the server writes its log. */
const logFileOf = ({ directory }: Cluster) => join(directory, 'postgres.log');

/** Bytes that the path of a socket may have (`sun_path` of unix(7) with its end; macOS has four fewer). */
const maxSocketPath = 103;

/** The addresses of the database on this port: as its owner, and as the role of the application. */
export function urlsOf(cluster: Cluster, port: number): { readonly owner: string; readonly application: string } {
  const { password, applicationPassword } = cluster;
  return {
    owner: urlOf(cluster, port, { user: 'firebreak', password }),
    application: urlOf(cluster, port, { user: embeddedApplicationRole, password: applicationPassword }),
  };
}

/** Its socket, or the loopback where the path of the socket would be too long. */
function urlOf(
  { directory }: Cluster,
  port: number,
  { user, password }: { readonly user: string; readonly password: string },
): string {
  const fits = process.platform !== 'win32' && Buffer.byteLength(`${directory}/.s.PGSQL.${port}`) <= maxSocketPath;
  return `postgres://${user}:${password}@${fits ? encodeURIComponent(directory) : '127.0.0.1'}:${port}/postgres`;
}

/**
 * Starts the server in a session of its own, so that a Ctrl-C reaches Firebreak alone, which then stops it in order.
 * @throws PortTakenError if the port is in use
 * @throws EmbeddedPostgresError with the end of its log if it does not start
 */
export async function startPostmaster(cluster: Cluster, port: number, fsync: boolean): Promise<Postmaster> {
  boundLog(cluster);
  const output = openSync(logFileOf(cluster), 'a', 0o600);
  const logStart = fstatSync(output).size;
  const chosen = { ...settings, port: String(port), ...(fsync ? {} : unsafeSettings) };
  const flags = Object.entries(chosen).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { name, options } = startedIn(cluster.directory, cluster.account);
  const child = spawn(cluster.binaries.postgres, ['-D', name, ...flags], {
    ...options,
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  let end: string | null = null;
  const ended = new Promise<string>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  void ended.then((how) => {
    end = how;
  });
  let deadline = Date.now() + silentForMs;
  for (;;) {
    const status = end === null ? statusOf(cluster, child) : 'silent';
    if (status === 'starting') deadline = Date.now() + silentForMs;
    const refusal =
      status === 'ready' ? await refusalOf(urlsOf(cluster, port).owner, cluster.applicationPassword) : null;
    if (status === 'ready' && refusal === null && end === null) return { child, ended };
    if (end !== null || refusal !== null || Date.now() > deadline) {
      child.kill('SIGQUIT');
      await ended;
      const said = logSince(cluster, logStart);
      if (/could not bind|Address already in use/.test(said)) throw new PortTakenError(`port ${port} is in use`);
      throw new EmbeddedPostgresError(
        `the database did not start: ${refusal ?? end ?? 'it does not answer'}; the end of ${logFileOf(cluster)}:\n${said}\n${adviceOn(said)}`,
      );
    }
    await delay(15);
  }
}

/** Asks for the end; the ways get harder. Resolves when the server is gone. */
export async function stopPostmaster({ child, ended }: Postmaster): Promise<void> {
  child.kill('SIGINT');
  const harder = setTimeout(() => child.kill('SIGQUIT'), 10_000);
  await ended;
  clearTimeout(harder);
}

/** What the server says of itself in its own file: a stranger on the port cannot be taken for it. */
function statusOf({ directory }: Cluster, { pid }: ChildProcess): 'ready' | 'starting' | 'silent' {
  try {
    const lines = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n');
    if (Number(lines[0]) !== pid) return 'silent';
    return lines[7]?.trim() === 'ready' ? 'ready' : 'starting';
  } catch {
    return 'silent';
  }
}

/** Lets the owner in, who gives the application's role its password; null: done. */
async function refusalOf(url: string, applicationPassword: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await ensureApplicationRole(client, applicationPassword);
    return null;
  } catch (error) {
    return `it runs but refuses us (${(error as Error).message}); postgres.password must be the one it was made with`;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Keeps the log and one earlier part of it, each bounded. The server appends, so its file is emptied in place. */
export function boundLog(cluster: Cluster): void {
  const file = logFileOf(cluster);
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= maxLogBytes) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}

function logSince(cluster: Cluster, from: number): string {
  const handle = openSync(logFileOf(cluster), 'r');
  try {
    const { size } = fstatSync(handle);
    const start = Math.max(from, size - tailBytes);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    readSync(handle, buffer, 0, buffer.length, start);
    return buffer.toString('utf8').trim();
  } finally {
    closeSync(handle);
  }
}

/** A port of the loopback that was free just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
