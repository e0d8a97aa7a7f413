// One Firebreak process as a test sees it from outside: started, watched, killed, stopped and continued.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
const shiftedClock = new URL('shifted-clock.mjs', import.meta.url).href;

/** A process that runs or ran. */
export type FirebreakProcess = {
  readonly pid: number;
  readonly runs: () => boolean;
  /** Resolves with the exit code or the signal once it has ended, however it did. */
  readonly ended: Promise<number | string>;
  /** Resolves when its output has this text; rejects if it ends before. */
  readonly says: (text: string) => Promise<void>;
  /** Resolves with the name of the n-th fault point it came to, once it stands still there. */
  readonly standsAt: (n: number) => Promise<string>;
  /** The end of what it wrote on stderr. */
  readonly output: () => string;
  /** Sends a signal; nothing if it has ended. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Kills it the hard way. Resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** Asks it to end. Resolves when it is gone. */
  readonly terminate: () => Promise<void>;
  /** Moves its wall clock this far from the real one. */
  readonly shiftClock: (ms: number) => void;
};

const keptOutput = 200_000;

/** Starts `firebreak <args>` of a built folder with exactly this environment and PATH. Does not wait until it is ready. */
export function spawnFirebreak(
  args: readonly string[],
  env: { readonly [name: string]: string },
  folder: string = root,
): FirebreakProcess {
  const cli = join(folder, 'dist/cli.js');
  const child: ChildProcess = spawn(process.execPath, ['--import', shiftedClock, cli, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'] ?? '', LOG_FORMAT: 'json', ...env },
  });
  let output = '';
  const watchers = new Set<() => void>();
  let end: number | string | null = null;
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => {
      end = signal ?? code ?? 0;
      resolve(end);
      for (const look of watchers) look();
    });
  });
  child.stderr?.on('data', (chunk) => {
    output = (output + chunk).slice(-keptOutput);
    for (const look of watchers) look();
  });
  const signal = (name: NodeJS.Signals) => {
    child.kill(name);
  };
  /** Resolves with what `find` finds in the output, once it finds something. */
  const watch = <T>(what: string, find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found === undefined && end === null) return;
        watchers.delete(look);
        if (found !== undefined) resolve(found);
        else reject(new Error(`Firebreak ended (${end}) before it ${what}:\n${output.slice(-4000)}`));
      };
      watchers.add(look);
      look();
    });
  const points = () => [...output.matchAll(/^fault point (\S+)$/gm)];
  return {
    pid: child.pid ?? 0,
    runs: () => end === null,
    ended,
    output: () => output,
    signal,
    says: (text) => watch(`said "${text}"`, () => output.includes(text) || undefined).then(() => undefined),
    async standsAt(n) {
      const point = await watch(`came to ${n} fault points`, () => points()[n - 1]?.[1]);
      // It says so just before.
      while (!standsStill(child.pid ?? 0)) await pause(5);
      return point;
    },
    async kill() {
      signal('SIGKILL');
      await ended;
    },
    async terminate() {
      signal('SIGCONT');
      signal('SIGTERM');
      await ended;
    },
    shiftClock(ms) {
      if (end === null) child.send({ clockMs: ms });
    },
  };
}

/** True when a SIGSTOP has taken effect. */
function standsStill(pid: number): boolean {
  if (!existsSync('/proc/self/stat')) {
    return execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('T');
  }
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
}
