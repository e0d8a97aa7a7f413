// What comes of a command, wherever it goes: ended with the command when it fails or is ended, left alone and named when it succeeds.
// Real processes.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { boxed } from '../../src/actions/shell/sandbox.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import type { ActionContext, ActionResult } from '../../src/spi/action.ts';
import { actionsResolving, contextOf } from '../support/given/called-action.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-descent-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settings = { allow: [['/bin/sh', '-c'], ['env'], ['/usr/bin/env'], ['no-such-program']] };
function run(input: Json, given: Partial<ActionContext> = {}, shell: object = settings): Promise<ActionResult> {
  const action = actionsResolving({ shell }, async () => []).get('shell.run');
  if (!action) throw new Error('there is no shell.run');
  return action.run(input, contextOf(given));
}
const sh = (script: string, given: Partial<ActionContext> = {}) => run({ command: ['/bin/sh', '-c', script] }, given);
const outputOf = (result: ActionResult) => {
  if (result.outcome !== 'succeeded') throw new Error(JSON.stringify(result));
  return result.output as JsonObject;
};
const isAlive = (pid: number) => {
  try {
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
};
const pidIn = (name: string) => Number(readFileSync(join(folder, name), 'utf8'));

/** Ways to leave the command behind, each writing its pid first. */
const ways = {
  'in the background': (file: string) => `sleep 61 & echo $! > ${file}`,
  'in a session of its own': (file: string) => `setsid sh -c 'echo $$ > ${file}; exec sleep 61' &`,
  'by a double fork, without its output': (file: string) =>
    `(setsid sh -c 'echo $$ > ${file}; exec sleep 61' >/dev/null 2>&1 </dev/null &)`,
  'with a clean environment, deaf to SIGTERM': (file: string) =>
    `(env -i /usr/bin/setsid /bin/sh -c 'trap "" TERM; echo $$ > ${file}; while :; do sleep 1; done' >/dev/null 2>&1 &)`,
};

describe.each(Object.entries(ways))('a process that left the command %s', (way, leave) => {
  const file = (when: string) => `${folder}/${way.replaceAll(/\W/g, '-')}-${when}`;
  const leaving = (when: string) => `${leave(file(when))}\nwhile [ ! -s ${file(when)} ]; do sleep 0.02; done;`;

  it('is ended when the command is', async () => {
    const result = await sh(`${leaving('ended')} sleep 60`, {
      signal: AbortSignal.timeout(700),
    });
    expect(result).toMatchObject({ outcome: 'failed', error: { class: 'timeout', output: { remaining: [] } } });
    expect(isAlive(pidIn(file('ended').split('/').at(-1) ?? ''))).toBe(false);
  });

  it('is ended when the command fails', async () => {
    const result = await sh(`${leaving('failed')} echo refused >&2; exit 3`);
    expect(result).toMatchObject({ outcome: 'failed', error: { code: 'exit_3', output: { remaining: [] } } });
    expect(isAlive(pidIn(file('failed').split('/').at(-1) ?? ''))).toBe(false);
  });

  it('lives on when the command succeeds, is named, and does not hold up the step', async () => {
    const output = outputOf(await sh(`${leaving('left')} echo started`));
    const pid = pidIn(file('left').split('/').at(-1) ?? '');
    expect(output['stdout']).toBe('started\n');
    expect(output['remaining']).toContainEqual({ pid, command: expect.stringMatching(/sleep|sh/) });
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });
});

it('what a service goes on writing to the output of the command that started it does not end it', async () => {
  const file = join(folder, 'writer');
  const script = `sh -c 'echo $$ > ${file}; while :; do echo line; sleep 0.05; done' &\nwhile [ ! -s ${file} ]; do sleep 0.02; done`;
  outputOf(await sh(script));
  const pid = pidIn('writer');
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(isAlive(pid)).toBe(true);
  process.kill(pid, 'SIGKILL');
});

it('a command has the environment of a login, and nothing of ours', async () => {
  const lines = String(outputOf(await run({ command: ['/usr/bin/env'] }))['stdout'])
    .trim()
    .split('\n');
  const env = Object.fromEntries(lines.map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]));
  const { username, homedir, shell } = userInfo();
  expect(env).toMatchObject({ HOME: homedir, USER: username, LOGNAME: username, SHELL: shell, PWD: process.cwd() });
  expect(env).toMatchObject({ LANG: 'C.UTF-8', TMPDIR: '/tmp', PATH: expect.stringMatching(/\/usr\/bin/) });
  const ours = Object.keys(process.env).filter((name) => name.startsWith('npm_') || name.startsWith('VITEST'));
  expect(Object.keys(env).filter((name) => ours.includes(name))).toEqual([]);
});

it('a command has no open file of ours', async () => {
  const { stdout } = outputOf(await sh('ls /proc/self/fd'));
  const inherited = String(stdout).trim().split('\n').map(Number);
  // 3 is the folder that ls itself reads; what this process was itself given by a careless parent is beyond its reach.
  expect(inherited.filter((fd) => fd < 20).sort()).toEqual([0, 1, 2, 3]);
});

it('a program is found by its name, and one that is nowhere is no outcome of a command', async () => {
  expect(outputOf(await run({ command: ['env'] }))['exitCode']).toBe(0);
  for (const shell of [settings, { ...settings, cwd: '/no/such/folder' }]) {
    const command = shell === settings ? ['no-such-program'] : ['env'];
    expect(await run({ command }, {}, shell)).toMatchObject({ error: { class: 'invalid', code: 'enoent' } });
  }
});

it('what a failed command said is kept, and the last of it stands in the message', async () => {
  expect(await sh('echo "replica lag 900 s: refusing"; exit 3')).toMatchObject({
    error: {
      message: '/bin/sh ended with exit code 3: replica lag 900 s: refusing',
      output: { stdout: 'replica lag 900 s: refusing\n', exitCode: 3 },
    },
  });
});

it('half a word at a cut is left out: it could be the half of a secret', async () => {
  const shell = { ...settings, maxOutputBytes: 1024 };
  const command = [
    '/bin/sh',
    '-c',
    'i=0; while [ $i -lt 300 ]; do printf "%s " hunter2-correct-horse; i=$((i+1)); done',
  ];
  const words = String(outputOf(await run({ command }, {}, shell))['stdout']).split(/\s+/);
  expect(words.filter((word) => /horse|hunter/.test(word) && word !== 'hunter2-correct-horse')).toEqual([]);
});

it.runIf(process.getuid?.() === 0)('another user is another user, with a home of its own', async () => {
  const shell = { ...settings, user: 'nobody' };
  const { stdout } = outputOf(
    await run({ command: ['/bin/sh', '-c', 'cd /; id -un; id -G; echo $USER $HOME'] }, {}, { ...shell, cwd: '/' }),
  );
  expect(String(stdout)).toMatch(/^nobody\n\d+\nnobody \//);
  expect(await run({ command: ['env'] }, {}, { ...shell, user: 'no-such-user' })).toMatchObject({
    error: { code: 'unknown_user' },
  });
});

it('a box shows the machine read-only, without other processes and without what is hidden', () => {
  const argv = boxed({ cwd: '/srv', writable: ['/var/www'], hidden: [folder, '/etc/hostname', '/not/there'] }, [
    '/bin/x',
  ]);
  expect(argv.join(' ')).toBe(
    'bwrap --die-with-parent --unshare-pid --unshare-ipc --unshare-uts --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp ' +
      `--ro-bind /srv /srv --bind /var/www /var/www --tmpfs ${folder} --ro-bind /dev/null /etc/hostname --chdir /srv -- /bin/x`,
  );
});
