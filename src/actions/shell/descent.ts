// Every process that came of one command, wherever it went: found by a mark that is inherited and cannot be lost by accident, and
// ended as a whole. Linux; elsewhere only the group of the command is known.
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** A process that came of a command. `command`: its arguments, or its name in brackets if they are not known. */
export type Descendant = { readonly pid: number; readonly command: string };

/** What tells the processes of one command from all others. */
export type CommandMark = { readonly kib: number };

/**
 * The soft limit of the resident set (setrlimit(2): "no effect since Linux 2.4.30") is inherited by every fork and exec, needs no
 * privilege, and shows in /proc/PID/limits to everybody. A double fork, a session or a clean environment of one's own does not
 * change it; whoever wants to be lost must change it on purpose. Far above any memory there is, for whoever does read it.
 */
export const createMark = (): CommandMark => ({ kib: 2 ** 40 + randomInt(2 ** 39) });

/** The program and arguments that start a command under its mark. The arguments are handed through as they are: no shell reads them. */
export const marked = (mark: CommandMark, command: readonly string[]): readonly [string, ...string[]] => [
  '/bin/sh',
  '-c',
  'ulimit -S -m "$1" 2>/dev/null; shift; exec "$@"',
  'sh',
  String(mark.kib),
  ...command,
];

/** How long processes may take to obey SIGTERM. */
const graceMs = 2000;
/** How long SIGKILL is repeated: whoever forks faster than it is killed must stop at some time. */
const killMs = 2000;
const longestPauseMs = 200;

/** What /proc/PID/stat says. The name in it may hold anything, brackets too; after the last one come numbers (proc_pid_stat(5)). */
function fieldsOf(stat: string) {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', session: Number(fields[3]), startedAt: Number(fields[19]) };
}

/** What is known of a process; null: it has ended. */
async function statOf(pid: string): Promise<ReturnType<typeof fieldsOf> | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  const stat = fieldsOf(text);
  return text === '' || stat.state === 'Z' || stat.state === 'X' ? null : stat;
}

async function isMarked(pid: string, { kib }: CommandMark): Promise<boolean> {
  const limits = await readFile(`/proc/${pid}/limits`, 'latin1').catch(() => '');
  return limits.includes(`Max resident set          ${kib * 1024} `);
}

async function commandOf(pid: string): Promise<string> {
  const typed = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const text = typed.replaceAll('\u0000', ' ').trim();
  return text || `[${(await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '?')).trim()}]`;
}

/**
 * When a process that was started just now began, in the kernel's own unit; 0: not known. Nothing that is older came of it. Reads at
 * once: what has ended is only there until its parent takes note of it.
 */
export function startOf(pid: number): number {
  try {
    return fieldsOf(readFileSync(`/proc/${pid}/stat`, 'latin1')).startedAt;
  } catch {
    return 0;
  }
}

/** One command that was started: its first process, which leads a session, when that began, and its mark. */
export type Started = { readonly pid: number; readonly startedAt: number; readonly mark: CommandMark };

/** What lives of a command. */
export async function descentOf({ pid: first, startedAt, mark }: Started): Promise<readonly Descendant[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const stat = await statOf(pid);
      if (stat === null || stat.startedAt < startedAt) return [];
      const isOurs = stat.session === first || (await isMarked(pid, mark));
      return isOurs ? [{ pid: Number(pid), command: await commandOf(pid) }] : [];
    }),
  );
  return found.flat();
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself, or it is somebody else's by now.
  }
}

/** Ends all that lives of a command: asked first, then killed, looked for again until nothing is left. Answers what could not be ended. */
export async function endDescent(started: Started): Promise<readonly Descendant[]> {
  const begun = performance.now();
  const asked = new Set<number>();
  for (let waitMs = 10; ; waitMs = Math.min(longestPauseMs, waitMs * 2)) {
    const elapsedMs = performance.now() - begun;
    const isOver = elapsedMs >= graceMs;
    // Where there is no /proc the group is all that is known.
    send(-started.pid, isOver ? 'SIGKILL' : 'SIGTERM');
    const left = await descentOf(started);
    for (const { pid } of left) {
      if (isOver) send(pid, 'SIGKILL');
      else if (!asked.has(pid)) send(pid, 'SIGTERM');
      asked.add(pid);
    }
    if (left.length === 0 || elapsedMs >= graceMs + killMs) return left;
    await pause(Math.min(waitMs, isOver ? 20 : Math.max(1, graceMs - elapsedMs)));
  }
}
