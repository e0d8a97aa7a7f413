// Ends what is left of a database whose Firebreak, or whose server, was killed. Touches no process of another database.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../ports/runtime.ts';
import { type Account, startedIn } from './account.ts';
import { EmbeddedPostgresError } from './binaries.ts';
import type { Cluster } from './cluster.ts';

/** The ways to end a server, gentlest first, and how long each is given. */
const ways = [
  { signal: null, withinMs: 200 },
  { signal: 'SIGINT', withinMs: 5000 },
  { signal: 'SIGQUIT', withinMs: 3000 },
  { signal: 'SIGKILL', withinMs: 3000 },
] as const;

/**
 * Ends the server that holds the cluster's directory, and its backends, if any live. While one backend lives, a new server
 * must not start: both would write to the same files.
 * @throws EmbeddedPostgresError if they cannot be ended
 */
export async function endLeftovers(cluster: Cluster, log: Log): Promise<void> {
  const { directory } = cluster;
  const lockFile = join(directory, 'postmaster.pid');
  const server = recordedPid(lockFile);
  for (const { signal, withinMs } of ways) {
    const living = processesOf(cluster, server);
    if (living.length === 0) break;
    const serverLives = living.includes(server);
    // Backends that lost their server end by themselves once they look up from their work; a server does not.
    if (signal === null ? serverLives : signal === 'SIGINT' && !serverLives) continue;
    if (signal !== null) {
      log.warn({ pids: living, signal }, 'ending a database that outlived its Firebreak or its server');
      for (const pid of signal === 'SIGINT' ? [server] : living) end(pid, signal);
    }
    for (let waitedMs = 0; waitedMs < withinMs && processesOf(cluster, server).length > 0; waitedMs += 25)
      await delay(25);
  }
  const left = processesOf(cluster, server);
  if (left.length > 0)
    throw new EmbeddedPostgresError(`an earlier database in ${directory} does not end; end its processes: ${left}`);
  // Its number may meanwhile be another process's, which the new server would take for a living one. Only where all
  // processes can be seen is it certain that none is left, and only then may the file go.
  if (process.platform === 'linux') rmSync(lockFile, { force: true });
}

/** The server that the cluster's own file names; 0 if none is named. */
function recordedPid(lockFile: string): number {
  try {
    const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
    return pid > 1 ? pid : 0;
  } catch {
    return 0;
  }
}

/** The server and every backend work in the cluster's directory: that names them whatever their numbers were. */
function processesOf(cluster: Cluster, server: number): readonly number[] {
  const { directory } = cluster;
  if (process.platform !== 'linux') return server > 0 && commandOf(server).includes(directory) ? [server] : [];
  const links = linksOf(cluster);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => /^postgres\b/.test(basename(links(`/proc/${pid}/exe`))) && links(`/proc/${pid}/cwd`) === directory)
    .map(Number);
}

/**
 * Reads links of processes; empty where there is none or it is none of ours. In a container root may not look at what belongs to
 * another account, but that account may: then it is asked, for all processes at once.
 */
function linksOf({ account }: Cluster): (link: string) => string {
  let asked: ReadonlyMap<string, string> | null = null;
  return (link) => {
    try {
      return readlinkSync(link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (account === null || (code !== 'EACCES' && code !== 'EPERM')) return '';
      asked ??= askedOf(account);
      return asked.get(link) ?? '';
    }
  };
}

/** What `ls` shows the account, of every process that it may look at. What it may not is no fault. */
function askedOf(account: Account): ReadonlyMap<string, string> {
  const command = 'exec ls -l /proc/[0-9]*/exe /proc/[0-9]*/cwd 2>/dev/null';
  const { stdout, error } = spawnSync('/bin/sh', ['-c', command], {
    ...startedIn('/', account).options,
    encoding: 'utf8',
  });
  if (error)
    throw new EmbeddedPostgresError(`the processes of an earlier database cannot be looked for: ${error.message}`);
  return new Map([...stdout.matchAll(/ (\/proc\/\d+\/\w+) -> (.*)$/gm)].map(([, link = '', to = '']) => [link, to]));
}

function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
    throw new EmbeddedPostgresError(
      `process ${pid} of an earlier database cannot be ended: ${(error as Error).message}`,
    );
  }
}
