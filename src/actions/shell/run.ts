// shell.run: one program with its arguments, no shell in between, allowed by the configuration, ended as a whole group.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { z } from 'zod';
import { type Json, toJson } from '../../core/json.ts';
import type { ActionContext } from '../../spi/action.ts';
import { defineAction, failure } from '../action.ts';
import { commandLine, member, words } from '../words.ts';
import { isAllowed, refusedCommands } from './allowed.ts';

const settings = z.strictObject({
  /** Beginnings of allowed commands, argument by argument: `[["/usr/bin/systemctl", "restart"]]`. Empty: nothing may run. */
  allow: z.array(z.array(z.string().min(1)).min(1)).default([]),
  cwd: z.string().default('.'),
  /** Environment given to every command, besides PATH, HOME, LANG and TZ. */
  env: z.record(z.string(), z.string()).default({}),
  maxOutputBytes: z.number().int().min(1024).max(1_048_576).default(65_536),
});
type Settings = z.output<typeof settings>;

const noNul = z.string().refine((text) => !text.includes('\u0000'), 'must not contain NUL');
const Input = z.strictObject({
  command: z.array(noNul).min(1, 'must name a program'),
  stdin: z.string().optional(),
  /** A command that says whether `command` took effect: exit code 0 it did, 1 it did not, anything else it cannot tell. */
  probe: z.array(noNul).min(1).optional(),
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
/** How long what a finished command left in its pipes may take to arrive. */
const drainMs = 500;
/** The machine is short of something for the moment. */
const exhausted: ReadonlySet<string> = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM']);
/** EX_TEMPFAIL of sysexits.h: the command itself says that trying again may help. */
const temporaryFailure = 75;

const docs = `
### Input

| key | meaning | default |
|---|---|---|
| \`command\` | the program and its arguments, one by one; there is no shell | |
| \`stdin\` | text for its standard input | none |
| \`probe\` | a command that says whether \`command\` took effect: exit code 0 it did, 1 it did not, anything else it cannot tell | none |

### Output

\`exitCode\`, \`stdout\`, \`stderr\`, \`truncated\` (there was more than the limit; beginning and end are kept), \`durationMs\`.

### Example

\`\`\`yaml
steps:
  - id: failover
    uses: shell.run
    with:
      command: [/usr/local/bin/failover, "--to", db-2]
      stdin: "\${{ incident.title }}"
      probe: [/usr/local/bin/is-primary, db-2]
    replay: probe
\`\`\`

### Replay

\`ask\` unless the step says so; \`probe\` needs a \`probe\`. The command gets \`FIREBREAK_IDEMPOTENCY_KEY\`, the same for every try of a
step, and \`FIREBREAK_RUN_ID\`. Exit code 75 says that trying again may help.

### Risk

\`medium\` unless the step says so.

### Settings

\`actions.shell\`: only commands that begin as an entry of \`allow\` does may run, argument by argument. \`cwd\` (.) is the folder they run
in, \`env\` what they get besides PATH, HOME, LANG and TZ, \`maxOutputBytes\` (65536) how much of each stream is kept.
`;

/** The command as one would type it. */
function describe(input: Json): string {
  const command = member(input, 'command') ?? null;
  const typed = Array.isArray(command) ? command.map(commandLine).join(' ') : words(command, '');
  return `$ ${typed.trim() || 'an unknown command'}`;
}

/** The action. */
export const shellRun = defineAction({
  name: 'shell.run',
  description: 'Runs one allowed program with its arguments; there is no shell.',
  docs,
  input: Input,
  output: Output,
  sample: { command: ['/usr/bin/true'] },
  replay: 'ask',
  risk: 'medium',
  timeoutMs: 60_000,
  probes: (input) => member(input, 'probe') !== undefined,
  describe,
  section: 'shell',
  settings,
  configure: (allowed) => ({
    refuses: (input) => refusedCommands(allowed.allow, input),
    run: ({ command, stdin }, context) => runAllowed(allowed, { command, stdin }, context),
    async probe({ probe }, context) {
      if (!probe) return { outcome: 'unclear', message: 'there is no probe' };
      const result = await runAllowed(allowed, { command: probe, stdin: undefined }, context);
      if (result.outcome === 'succeeded') return { outcome: 'done', output: toJson(result.output) };
      return result.error.code === 'exit_1'
        ? { outcome: 'not_done' }
        : { outcome: 'unclear', message: result.error.message };
    },
  }),
});

type Call = { readonly command: readonly string[]; readonly stdin: string | undefined };

async function runAllowed(settings: Settings, { command, stdin }: Call, context: ActionContext) {
  const [program = ''] = command;
  if (!isAllowed(settings.allow, command))
    return failure(
      'denied',
      'not_allowed',
      `${JSON.stringify(command.slice(0, 3))} is not allowed; add the command, or its beginning, to actions.shell.allow`,
    );
  if (context.signal.aborted) return failure('timeout', 'cancelled', `${program} was not started: the step was ended`);
  return execute(settings, { command, stdin }, context);
}

function execute(settings: Settings, { command, stdin }: Call, context: ActionContext) {
  const [program = '', ...args] = command;
  const started = performance.now();
  const { PATH = '/usr/local/bin:/usr/bin:/bin', ...given } = settings.env;
  const env = {
    PATH,
    HOME: settings.cwd,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    ...given,
    FIREBREAK_IDEMPOTENCY_KEY: context.idempotencyKey,
    FIREBREAK_RUN_ID: context.runId,
  };
  type Result = ReturnType<typeof failure> | { outcome: 'succeeded'; output: z.input<typeof Output> };
  return new Promise<Result>((resolve) => {
    const notStarted = (error: NodeJS.ErrnoException) => {
      const code = error.code ?? 'spawn_failed';
      const hint = code === 'ENOENT' ? `; are ${program} and the folder ${settings.cwd} there?` : '';
      const message = `${program} could not be started: ${error.message}${hint}`;
      resolve(failure(exhausted.has(code) ? 'transient' : 'invalid', code.toLowerCase(), message));
    };
    let child: ChildProcessWithoutNullStreams;
    try {
      // A group of its own: whatever the command starts is ended with it.
      child = spawn(program, args, { cwd: settings.cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    } catch (error) {
      notStarted(error as NodeJS.ErrnoException);
      return;
    }
    child.once('error', notStarted);
    const { pid } = child;
    if (pid === undefined) return;
    const stdout = collect(settings.maxOutputBytes);
    const stderr = collect(settings.maxOutputBytes);
    child.stdout.on('data', stdout.add);
    child.stderr.on('data', stderr.add);
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin ?? '');
    const signalGroup = (signal: NodeJS.Signals) => {
      try {
        process.kill(-pid, signal);
      } catch {
        // The group is gone already.
      }
    };
    let killer: NodeJS.Timeout | undefined;
    const abort = () => {
      signalGroup('SIGTERM');
      killer = setTimeout(() => signalGroup('SIGKILL'), graceMs);
    };
    context.signal.addEventListener('abort', abort, { once: true });
    child.once('exit', (code, signal) => {
      const durationMs = Math.round(performance.now() - started);
      const ended = context.signal.aborted;
      context.signal.removeEventListener('abort', abort);
      clearTimeout(killer);
      // Descendants that outlive the command go with it.
      signalGroup('SIGKILL');
      // What is still in the pipes is read; a process that left the group may hold them open, but not this step.
      const drain = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, drainMs);
      child.once('close', () => {
        clearTimeout(drain);
        const truncated = stdout.truncated() || stderr.truncated();
        const output = { exitCode: code ?? -1, stdout: stdout.text(), stderr: stderr.text(), truncated, durationMs };
        if (ended) resolve(failure('timeout', 'timeout', `${program} was ended after ${durationMs} ms`));
        else if (code === 0) resolve({ outcome: 'succeeded', output });
        else {
          const said = output.stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
          const message = `${program} ended with ${code === null ? signal : `exit code ${code}`}${said ? `: ${said}` : ''}`;
          const kind = code === temporaryFailure ? 'transient' : 'invalid';
          resolve(failure(kind, code === null ? `signal_${signal}` : `exit_${code}`, message));
        }
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
    text: () =>
      cut === 0
        ? Buffer.concat([head, tail]).toString('utf8')
        : `${head.toString('utf8')}\n… [${cut} bytes cut]\n${tail.toString('utf8')}`,
  };
}
