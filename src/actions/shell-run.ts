// shell.run: one program with its arguments, no shell in between, allowed by the configuration, ended as a whole group.
import { spawn } from 'node:child_process';
import { z } from 'zod';
import type { Action, ActionContext } from '../ports.ts';
import { defineAction, failure } from './action.ts';

/** Settings of shell.run. */
export type ShellSettings = {
  /** Beginnings of allowed commands, argument by argument. Empty: nothing may run. */
  readonly allow: readonly (readonly string[])[];
  readonly cwd: string;
  /** Environment given to every command, besides PATH, HOME, LANG and TZ. */
  readonly env: { readonly [name: string]: string };
  readonly maxOutputBytes: number;
};

const noNul = z.string().refine((text) => !text.includes('\u0000'), 'must not contain NUL');
const Input = z.strictObject({
  command: z.array(noNul).min(1, 'must name a program'),
  stdin: z.string().optional(),
});
const Output = z.object({
  exitCode: z.number(),
  stdout: z.string(),
  stderr: z.string(),
  truncated: z.boolean(),
  durationMs: z.number(),
});

/** How long a command may take to obey SIGTERM. */
const graceMs = 2000;
/** EX_TEMPFAIL of sysexits.h: the command itself says that trying again may help. */
const temporaryFailure = 75;

/** The action. */
export function shellRun(settings: ShellSettings): Action {
  return defineAction({
    name: 'shell.run',
    description: 'Runs one allowed program with its arguments; there is no shell.',
    kind: 'effect',
    input: Input,
    output: Output,
    replay: 'ask',
    risk: 'medium',
    timeoutMs: 60_000,
    sample: { command: ['/usr/bin/true'] },
    async run({ command, stdin }, context) {
      const [program = '', ...args] = command;
      if (!settings.allow.some((prefix) => prefix.length > 0 && prefix.every((word, i) => command[i] === word)))
        return failure(
          'denied',
          'not_allowed',
          `${program} is not allowed; add [${JSON.stringify(program)}] to actions.shell.allow`,
        );
      if (context.signal.aborted)
        return failure('timeout', 'cancelled', `${program} was not started: the step was ended`);
      return execute(settings, program, args, stdin, context);
    },
  });
}

function execute(
  settings: ShellSettings,
  program: string,
  args: string[],
  stdin: string | undefined,
  context: ActionContext,
) {
  const started = performance.now();
  const { PATH = '/usr/local/bin:/usr/bin:/bin', ...given } = settings.env;
  const env = {
    ...{ PATH, HOME: settings.cwd, LANG: 'C.UTF-8', TZ: 'UTC', ...given },
    FIREBREAK_IDEMPOTENCY_KEY: context.idempotencyKey,
    FIREBREAK_RUN_ID: context.runId,
  };
  type Result = ReturnType<typeof failure> | { outcome: 'succeeded'; output: z.input<typeof Output> };
  return new Promise<Result>((resolve) => {
    // A group of its own: whatever the command starts is ended with it.
    const child = spawn(program, args, { cwd: settings.cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout = collect(settings.maxOutputBytes);
    const stderr = collect(settings.maxOutputBytes);
    child.stdout.on('data', stdout.add);
    child.stderr.on('data', stderr.add);
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin ?? '');
    let killer: NodeJS.Timeout | undefined;
    const signalGroup = (signal: NodeJS.Signals) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      } catch {
        // The group is gone already.
      }
    };
    const abort = () => {
      signalGroup('SIGTERM');
      killer = setTimeout(() => signalGroup('SIGKILL'), graceMs);
    };
    context.signal.addEventListener('abort', abort, { once: true });
    const settle = (result: Result) => {
      context.signal.removeEventListener('abort', abort);
      // Descendants that outlive the command, or hold its pipes, go with it.
      signalGroup('SIGKILL');
      clearTimeout(killer);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(result);
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      settle(
        failure(
          'invalid',
          (error.code ?? 'spawn_failed').toLowerCase(),
          `${program} could not be started: ${error.message}`,
        ),
      );
    });
    child.once('exit', (code, signal) => {
      // What is still in the pipes is read before they are closed.
      setImmediate(() => {
        const durationMs = Math.round(performance.now() - started);
        const truncated = stdout.truncated() || stderr.truncated();
        const output = { exitCode: code ?? -1, stdout: stdout.text(), stderr: stderr.text(), truncated, durationMs };
        if (context.signal.aborted)
          return settle(failure('timeout', 'timeout', `${program} was ended after ${durationMs} ms`));
        if (code === 0) return settle({ outcome: 'succeeded', output });
        const said = output.stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
        const message = `${program} ended with ${code === null ? signal : `exit code ${code}`}${said ? `: ${said}` : ''}`;
        settle(
          failure(
            code === temporaryFailure ? 'transient' : 'invalid',
            code === null ? `signal_${signal}` : `exit_${code}`,
            message,
          ),
        );
      });
    });
  });
}

/** Keeps the beginning and the end of a stream. */
function collect(maxBytes: number) {
  const half = Math.floor(maxBytes / 2);
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let cut = 0;
  return {
    add(chunk: Buffer) {
      const room = half - head.length;
      if (room > 0) head = Buffer.concat([head, chunk.subarray(0, room)]);
      const rest = Buffer.concat([tail, chunk.subarray(Math.max(0, room))]);
      cut += Math.max(0, rest.length - half);
      tail = rest.subarray(Math.max(0, rest.length - half));
    },
    truncated: () => cut > 0,
    text: () => `${head.toString('utf8')}${cut > 0 ? `\n… [${cut} bytes cut]\n` : ''}${tail.toString('utf8')}`,
  };
}
