// One PostgreSQL for everything that a measurement compares: the embedded binaries and settings, fsync on, a database for each.
// Tells what the server has used so far. Knows nothing of what is measured.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../dist/store/embedded/embedded.js';

const quiet = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

/** Rows of one statement on a connection of its own. */
export async function rowsOf(connectionString, text, values = []) {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Starts the server; what it held is removed when this process ends. */
export async function startDatabase() {
  const dir = mkdtempSync(join(tmpdir(), 'firebreak-bench-pg-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const server = await startEmbeddedPostgres({ dataDir: dir, log: quiet });
  return {
    /** The address of a new, empty database. */
    async create(name) {
      await rowsOf(server.url, `CREATE DATABASE ${name}`);
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    /** What the server has used: processor in milliseconds (null where there is no /proc), and bytes of WAL. */
    async used() {
      const [{ bytes }] = await rowsOf(
        server.url,
        `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS bytes`,
      );
      return { cpuMs: cpuMsOf(server.pid()), walBytes: bytes };
    },
    stop: server.stop,
  };
}

/**
 * Processor of the postmaster, its living children and those that have ended, in milliseconds; to the clock tick of the kernel
 * (proc_pid_stat(5): utime, stime, cutime and cstime are fields 14 to 17, ppid is field 4).
 */
function cpuMsOf(postmaster) {
  if (process.platform !== 'linux') return null;
  const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let stat;
    try {
      stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    } catch {
      continue;
    }
    // The name, field 2, stands in brackets and may hold anything.
    const [, parent, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [utime, stime, cutime, cstime] = fields.slice(9, 13).map(Number);
    if (Number(pid) === postmaster) ticks += utime + stime + cutime + cstime;
    else if (Number(parent) === postmaster) ticks += utime + stime;
  }
  return (ticks / ticksPerSecond) * 1000;
}
