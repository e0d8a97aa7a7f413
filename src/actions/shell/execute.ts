// Runs one command to its end: marked, bounded in what it says, ended with all that came of it unless it succeeded. Judges nothing.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { collect } from './collect.ts';
import { createMark, type Descendant, descentOf, endDescent, marked, startOf } from './descent.ts';

/** How a command is started. `identity`: whom it runs as; null: as this process. */
export type CommandStart = {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: { readonly [name: string]: string };
  readonly identity: { readonly uid: number; readonly gid: number } | null;
};

/** How a command ended. `wasEnded`: by the signal that it was given. */
export type CommandEnd =
  | { readonly outcome: 'not_started'; readonly error: NodeJS.ErrnoException }
  | {
      readonly outcome: 'ended';
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly wasEnded: boolean;
      readonly output: {
        readonly exitCode: number;
        readonly stdout: string;
        readonly stderr: string;
        readonly truncated: boolean;
        readonly durationMs: number;
        /** After a success what it left running, else what could not be ended. */
        readonly remaining: Descendant[];
      };
    };

/** How long what a finished command left in its pipes may take to arrive, in milliseconds. */
const drainMs = 500;

/** Runs a command. Never rejects. */
export async function execute({
  command,
  cwd,
  env,
  identity,
  stdin,
  maxOutputBytes,
  signal,
}: CommandStart & {
  readonly stdin: string | undefined;
  readonly maxOutputBytes: number;
  readonly signal: AbortSignal;
}): Promise<CommandEnd> {
  const begun = performance.now();
  const mark = createMark();
  const [program, ...args] = marked(mark, command);
  let child: ChildProcessWithoutNullStreams;
  try {
    // `detached` is a session of its own: what it starts can be told from everything else, and no terminal reaches it.
    child = spawn(program, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'], ...identity });
  } catch (error) {
    return { outcome: 'not_started', error: error as NodeJS.ErrnoException };
  }
  const { pid } = child;
  if (pid === undefined) {
    const [error] = await once(child, 'error');
    return { outcome: 'not_started', error };
  }
  child.on('error', () => undefined);
  const started = { pid, startedAt: startOf(pid), mark };
  const stdout = collect(maxOutputBytes);
  const stderr = collect(maxOutputBytes);
  child.stdout.on('data', stdout.add);
  child.stderr.on('data', stderr.add);
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin ?? '');

  let ending: Promise<readonly Descendant[]> | null = null;
  const abort = () => {
    ending ??= endDescent(started);
  };
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const closed = once(child, 'close').catch(() => undefined);
  const [code, killedBy] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  const durationMs = Math.round(performance.now() - begun);
  const wasEnded = signal.aborted;
  signal.removeEventListener('abort', abort);
  const remaining = code === 0 && !wasEnded ? await descentOf(started) : await (ending ?? endDescent(started));
  // Whoever still holds the pipes does not hold up the step.
  await Promise.race([closed, pause(drainMs, undefined, { ref: false })]);
  for (const stream of [child.stdout, child.stderr]) leave(stream);
  return {
    outcome: 'ended',
    code,
    signal: killedBy,
    wasEnded,
    output: {
      exitCode: code ?? -1,
      stdout: stdout.text(),
      stderr: stderr.text(),
      truncated: stdout.truncated() || stderr.truncated(),
      durationMs,
      remaining: [...remaining],
    },
  };
}

/** What goes on writing is read and dropped: a closed pipe would end it. It does not keep this process alive. */
function leave(stream: Readable): void {
  stream.removeAllListeners('data');
  stream.on('error', () => undefined).resume();
  if (stream instanceof Socket) stream.unref();
}
