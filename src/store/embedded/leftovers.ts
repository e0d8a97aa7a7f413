// Ends what is left of a database whose Firebreak, or whose server, was killed. Touches no process of another database.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../ports/runtime.ts';
import { EmbeddedPostgresError } from './binaries.ts';

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
export async function endLeftovers(directory: string, log: Log): Promise<void> {
  const lockFile = join(directory, 'postmaster.pid');
  const server = recordedPid(lockFile);
  for (const { signal, withinMs } of ways) {
    const living = processesOf(directory, server);
    if (living.length === 0) break;
    const serverLives = living.includes(server);
    // Backends that lost their server end by themselves once they look up from their work; a server does not.
    if (signal === null ? serverLives : signal === 'SIGINT' && !serverLives) continue;
    if (signal !== null) {
      log.warn({ pids: living, signal }, 'ending a database that outlived its Firebreak or its server');
      for (const pid of signal === 'SIGINT' ? [server] : living) end(pid, signal);
    }
    for (let waitedMs = 0; waitedMs < withinMs && processesOf(directory, server).length > 0; waitedMs += 25)
      await delay(25);
  }
  const left = processesOf(directory, server);
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
function processesOf(directory: string, server: number): readonly number[] {
  if (process.platform !== 'linux') return server > 0 && commandOf(server).includes(directory) ? [server] : [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const isPostgres = /^postgres\b/.test(basename(readlinkSync(`/proc/${pid}/exe`)));
        return isPostgres && readlinkSync(`/proc/${pid}/cwd`) === directory;
      } catch {
        return false;
      }
    });
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
