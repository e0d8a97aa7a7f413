// shell.run: one program with its arguments, no shell in between, allowed by the configuration.
// How it is started stands in login.ts and sandbox.ts, how it is run and ended in execute.ts and descent.ts.
import { existsSync, statSync } from 'node:fs';
import { basename, isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { type Json, toJson } from '../../core/json.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { ActionContext } from '../../spi/action.ts';
import { defineAction, failure } from '../action.ts';
import { commandLine, lastWords, member, words } from '../words.ts';
import { isAllowed, refusedCommands } from './allowed.ts';
import { type CommandEnd, type CommandStart, execute } from './execute.ts';
import { accountNamed, loginEnvironment, ownAccount } from './login.ts';
import { boxed } from './sandbox.ts';

const absolute = z.string().refine((path) => isAbsolute(path), 'must be an absolute path');
/** The settings of `shell.run`. */
export const ShellSettings = z.strictObject({
  /** Beginnings of allowed commands, argument by argument: `[["/usr/bin/systemctl", "restart"]]`. Empty: nothing may run. */
  allow: z.array(z.array(z.string().min(1)).min(1)).default([]),
  /** The folder they run in; by default the one that Firebreak was started in, or the home of `user`. */
  cwd: z.string().min(1).optional(),
  /** Environment given to every command, over that of a login. */
  env: z.record(z.string().regex(/^[A-Za-z_]\w*$/, 'must be a name such as KUBECONFIG'), z.string()).default({}),
  maxOutputBytes: z.number().int().min(1024).max(1_048_576).default(65_536),
  /** Another user than Firebreak's own; needs root. */
  user: z.string().min(1).optional(),
  /** `bwrap`: in a box of bubblewrap. */
  sandbox: z.enum(['bwrap'], { error: 'must be bwrap, or left out' }).optional(),
  /** Folders that may be written in the box. */
  writable: z.array(absolute).default([]),
});
export type ShellSettings = z.output<typeof ShellSettings>;

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
  remaining: z.array(z.object({ pid: z.number(), command: z.string() })),
});

const docs = `
### Input

| key | meaning | default |
|---|---|---|
| \`command\` | the program and its arguments, one by one; there is no shell | |
| \`stdin\` | text for its standard input | none |
| \`probe\` | a command that says whether \`command\` took effect: exit code 0 it did, 1 it did not, anything else it cannot tell | none |

### Output

\`exitCode\`, \`stdout\`, \`stderr\`, \`truncated\` (there was more than the limit; beginning and end are kept), \`durationMs\`,
\`remaining\` (\`pid\` and \`command\` of what still runs, see below).

A step that fails keeps the same as \`error.output\`, shortened. The last line that the command said stands in its message.

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
step, \`FIREBREAK_RUN_ID\`, and \`FIREBREAK_CORRELATION_ID\`, which names the try: \`<run>/<step>/<attempt>\`; where traces are recorded,
\`TRACEPARENT\` too. The settings' \`env\` wins over the last two. Exit code 75 says that trying again may help.

When a command fails, runs out of time or is cancelled, everything that came of it is ended, also what went into a session of its own:
SIGTERM, and SIGKILL after two seconds. When it succeeds, what it leaves behind goes on, such as the service that a restart script has
started, and is named in \`remaining\`; the step ends with the command itself, at most half a second later. What such a service writes to
the command's output is read and dropped, until Firebreak ends: give it a log of its own. Under systemd, services outlive a restart of
Firebreak only with \`KillMode=process\`, or when they are started as units. Processes are told by a resource limit that has no effect
(\`ulimit -m\`) and is inherited: only what changes that limit on purpose, or runs as a user that Firebreak may not signal, can stay.

### Risk

\`medium\` unless the step says so.

### Settings

\`actions.shell\`: only commands that begin as an entry of \`allow\` does may run, argument by argument.

| key | meaning | default |
|---|---|---|
| \`allow\` | beginnings of commands | none may run |
| \`cwd\` | the folder they run in; a relative one is taken from where Firebreak was started | that folder; the home of \`user\` |
| \`env\` | environment, over what a login gives: PATH, HOME, USER, LOGNAME, SHELL, LANG (C.UTF-8), TMPDIR (/tmp), TZ (UTC), and XDG_RUNTIME_DIR where there is one | |
| \`maxOutputBytes\` | how much of each stream is kept | 65536 |
| \`user\` | another user of this machine, with its main group and no others; Firebreak must run as root | Firebreak's own |
| \`sandbox\` | \`bwrap\`: in a box of bubblewrap that sees the machine read-only, no other process, an empty /tmp, and nothing of Firebreak's own files; nothing in it outlives the command | none |
| \`writable\` | folders that may be written in the box | none |

A command gets no environment and no open file of Firebreak. Without \`user\` or \`sandbox\` it runs as the same user, though: it can read
what that user can, so also the key and the database password in the data directory, and files of secrets. Firebreak wipes the environment
that it was started with, so that secrets do not stand in /proc; whatever started it (npm, a shell that waits) may still hold them there,
and a machine whose \`kernel.yama.ptrace_scope\` is 0 lets a process read another's memory. \`firebreak doctor\` says which of this holds.
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
  settings: ShellSettings,
  configure: (allowed, { privatePaths }) => {
    const run = (call: Call, context: ActionContext) => runAllowed({ settings: allowed, privatePaths }, call, context);
    return {
      refuses: (input) => refusedCommands(allowed.allow, input),
      run: ({ command, stdin }, context) => run({ command, stdin }, context),
      async probe({ probe }, context) {
        if (!probe) return { outcome: 'unclear', message: 'there is no probe' };
        const result = await run({ command: probe, stdin: undefined }, context);
        if (result.outcome === 'succeeded') return { outcome: 'done', output: toJson(result.output) };
        return result.error.code === 'exit_1'
          ? { outcome: 'not_done' }
          : { outcome: 'unclear', message: result.error.message };
      },
    };
  },
});

type Call = { readonly command: readonly string[]; readonly stdin: string | undefined };
type Place = { readonly settings: ShellSettings; readonly privatePaths: readonly string[] };

/** EX_TEMPFAIL of sysexits.h: the command itself says that trying again may help. */
const temporaryFailure = 75;

async function runAllowed({ settings, privatePaths }: Place, { command, stdin }: Call, context: ActionContext) {
  const [program = ''] = command;
  if (!isAllowed(settings.allow, command))
    return failure(
      'denied',
      'not_allowed',
      `${JSON.stringify(command.slice(0, 3))} is not allowed; add the command, or its beginning, to actions.shell.allow`,
    );
  const refused = context.refuses?.({ command: command.join(' ') }) ?? null;
  if (refused !== null) return failure('denied', 'not_in_environment', refused);
  if (context.signal.aborted) return failure('timeout', 'cancelled', `${program} was not started: the step was ended`);
  const call = context.calls.begin({
    name: basename(program),
    kind: 'internal',
    attributes: { 'process.executable.name': basename(program) },
  });
  const start = startOf(settings, { command, privatePaths, context, traceparent: call.traceparent });
  if (!start.ok) return start.error;
  context.fence();
  const ended = await execute({
    ...start.value,
    stdin,
    maxOutputBytes: settings.maxOutputBytes,
    signal: context.signal,
  });
  if (ended.outcome === 'not_started') return notStarted(program, start.value.cwd, ended.error);
  const judged = judge(program, ended);
  const code = judged.outcome === 'failed' ? judged.error.code : undefined;
  call.end({ 'process.exit.code': ended.output.exitCode }, code);
  return judged;
}

const notFound = (program: string, cwd: string) =>
  failure('invalid', 'enoent', `${program} could not be started; are the program and the folder ${cwd} there?`);

/** How a command is started: as whom, where, with what around it; or why it cannot be. */
function startOf(
  settings: ShellSettings,
  given: {
    readonly command: readonly string[];
    readonly privatePaths: readonly string[];
    readonly context: ActionContext;
    readonly traceparent: string | null;
  },
): Result<CommandStart, ReturnType<typeof failure>> {
  const { command, privatePaths, context, traceparent } = given;
  const account = settings.user === undefined ? ok(ownAccount()) : accountNamed(settings.user);
  if (!account.ok) return err(failure('invalid', 'unknown_user', `actions.shell.user: ${account.error}`));
  const cwd = resolve(settings.cwd ?? (settings.user === undefined ? '.' : account.value.home));
  const env: Record<string, string> = {
    ...(traceparent === null ? {} : { TRACEPARENT: traceparent }),
    FIREBREAK_CORRELATION_ID: context.calls.correlationId,
    ...loginEnvironment(account.value, settings.env),
    PWD: cwd,
    FIREBREAK_IDEMPOTENCY_KEY: context.idempotencyKey,
    FIREBREAK_RUN_ID: context.runId,
  };
  const box = { cwd, writable: settings.writable, hidden: privatePaths };
  const typed = settings.sandbox === 'bwrap' ? boxed(box, command) : command;
  const [program = '', ...args] = typed;
  const found = existsSync(cwd) ? programAt(program, { cwd, path: env['PATH'] ?? '' }) : null;
  if (found === null) return err(notFound(program, cwd));
  const identity = settings.user === undefined ? null : { uid: account.value.uid, gid: account.value.gid };
  return ok({ command: [found, ...args], cwd, env, identity });
}

/** Where a program is: by its path from the folder, or by its name on the PATH; null: nowhere. */
function programAt(program: string, { cwd, path }: { readonly cwd: string; readonly path: string }): string | null {
  if (program === '') return null;
  const places = program.includes('/') ? [cwd] : path.split(':').map((folder) => resolve(cwd, folder || '.'));
  return places.map((folder) => resolve(folder, program)).find((file) => isProgram(file)) ?? null;
}

function isProgram(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat?.isFile() === true;
}

/** The machine is short of something for the moment. */
const exhausted: ReadonlySet<string> = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM']);

function notStarted(program: string, cwd: string, error: NodeJS.ErrnoException) {
  const code = error.code ?? 'spawn_failed';
  if (code === 'ENOENT') return notFound(program, cwd);
  const message = `${program} could not be started: ${error.message}`;
  return failure(exhausted.has(code) ? 'transient' : 'invalid', code.toLowerCase(), message);
}

function judge(program: string, { code, signal, wasEnded, output }: Extract<CommandEnd, { outcome: 'ended' }>) {
  const left = output.remaining.map(({ pid, command }) => `${pid} ${command.slice(0, 80)}`);
  const alive = left.length === 0 ? '' : `; could not be ended: ${left.join(', ')}`;
  if (wasEnded) {
    const said = lastWords(output.stderr) || lastWords(output.stdout);
    const message = `${program} was ended after ${output.durationMs} ms${alive}${said === '' ? '' : `; it had said: ${said}`}`;
    return failure('timeout', 'timeout', message, { output });
  }
  if (code === 0) return { outcome: 'succeeded' as const, output };
  const said = lastLine(output.stderr) || lastLine(output.stdout);
  const how = code === null ? String(signal) : `exit code ${code}`;
  const message = `${program} ended with ${how}${said === '' ? '' : `: ${said}`}${alive}`;
  const kind = code === temporaryFailure ? 'transient' : 'invalid';
  return failure(kind, code === null ? `signal_${signal}` : `exit_${code}`, message, { output });
}

const lastLine = (text: string) => lastWords(text.trimEnd().split('\n').at(-1) ?? '');
