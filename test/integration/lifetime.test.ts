// How a process of Firebreak ends, and what of its environment others can read. Real processes of a few lines, on the built modules.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { root } from '../support/cluster/process.ts';

const module = (path: string) => JSON.stringify(join(root, 'dist', path));
const script = (body: string) => `
  import { beginLifetime } from ${module('platform/lifetime.js')};
  import { faultCounts } from ${module('platform/guards.js')};
  const say = (...words) => console.log(JSON.stringify(words));
  const log = Object.fromEntries(['info', 'warn', 'error', 'fatal'].map((level) => [level, (about, text) => say(...[level, text ?? about, about.signal].filter(Boolean))]));
  const withParent = process.argv.includes('with-parent');
  const { ended } = beginLifetime(log, { withParent });
  const alive = setInterval(() => undefined, 1000);
  ${body}
  say('ready', process.pid);
  const { reason, exitCode } = await ended;
  say('ended', reason, faultCounts());
  if (!process.argv.includes('slow')) { clearInterval(alive); process.exitCode = exitCode; }`;

/** A process, and the lines that it says, one by one. */
function start(body: string, args: readonly string[] = [], wrap: readonly string[] = []) {
  const command = [process.execPath, '--input-type=module', '-e', script(body), ...args];
  const [program = '', ...rest] = [...wrap, ...command];
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'] } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    next: async () => {
      const { value, done } = await lines.next();
      return done ? null : (JSON.parse(value) as readonly unknown[]);
    },
  };
}
const exitOf = async (child: ChildProcess) =>
  child.exitCode === null ? (await once(child, 'exit'))[0] : child.exitCode;

it.each(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'] as const)(
  '%s ends it in order, with a line that says so',
  async (signal) => {
    const { child, next } = start('');
    await next();
    child.kill(signal);
    expect(await next()).toEqual(['info', 'stopping', signal]);
    expect((await next())?.slice(0, 2)).toEqual(['ended', signal]);
    expect(await exitOf(child)).toBe(0);
  },
);

it('a second signal ends it at once, and the same one passed on twice is one', async () => {
  const { child, next } = start('', ['slow']);
  await next();
  child.kill('SIGINT');
  expect(await next()).toEqual(['info', 'stopping', 'SIGINT']);
  child.kill('SIGINT');
  await next();
  child.kill('SIGTERM');
  expect(await next()).toMatchObject(['warn', expect.stringMatching(/second time/), 'SIGTERM']);
  expect(await exitOf(child)).toBe(143);
});

it('it ends with the shell that npm puts between, which passes no signal on', async () => {
  const shell = ['/bin/sh', '-c', '"$@"; true', 'sh'];
  const { child, next } = start('', ['with-parent'], shell);
  await next();
  child.kill('SIGTERM');
  expect(await next()).toEqual(['info', 'stopping', 'the program that started it has ended']);
  expect((await next())?.[0]).toBe('ended');
});

it('it survives a rejection that nobody handles, ends in order after an exception that nobody caught, and counts both', async () => {
  const { child, next } = start(
    `setTimeout(() => { throw new Error('boom'); }, 100); void Promise.reject(new Error('lost'));`,
  );
  expect(await next()).toMatchObject(['ready', child.pid]);
  expect(await next()).toMatchObject(['error', expect.stringMatching(/rejection was handled by nobody/)]);
  expect(await next()).toMatchObject(['fatal', expect.stringMatching(/exception was caught by nobody/)]);
  expect(await next()).toMatchObject(['info', 'stopping', 'uncaught exception']);
  expect(await next()).toMatchObject([
    'ended',
    'uncaught exception',
    { unhandled_rejection: 1, uncaught_exception: 1 },
  ]);
  expect(await exitOf(child)).toBe(1);
});

it('SIGUSR1 opens no debugger', async () => {
  const { child, next } = start('');
  await next();
  child.kill('SIGUSR1');
  expect(await next()).toMatchObject(['warn', expect.stringMatching(/would open the debugger/)]);
  child.kill('SIGTERM');
  expect(await exitOf(child)).toBe(0);
});

it('npm start is replaced by the process itself, so that its signals arrive', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } };
  expect(scripts.start).toMatch(/^exec node /);
});

it.runIf(process.platform === 'linux')(
  'no other process can read the environment it was started with, and it keeps what is no secret',
  async () => {
    const body = `
    import { concealEnvironment } from ${module('config/environment-block.js')};
    import { readFileSync } from 'node:fs';
    const done = concealEnvironment(['hunter2-correct-horse', 'short'], process.env);
    const seen = readFileSync('/proc/self/environ', 'latin1').replaceAll('\\u0000', '');
    console.log(JSON.stringify({ done, seen, env: process.env }));`;
    const env = {
      A: 'hunter2-correct-horse',
      URL: 'http://u:hunter2-correct-horse@h',
      SHORT: 'shortly',
      HOME: '/root',
      EMPTY: '',
    };
    const child = spawn(process.execPath, ['--input-type=module', '-e', body], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env,
    });
    const [text] = await once(createInterface({ input: child.stdout }), 'line');
    expect(JSON.parse(text)).toEqual({ done: true, seen: '', env: { SHORT: 'shortly', HOME: '/root', EMPTY: '' } });
  },
);
