// The command line where it looks into the database itself: it makes none, migrates none, and a question writes nothing.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Argument, Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/session/program.ts';
import type { ApiIncident } from '../../src/contract/incident.ts';
import type { ApiRun } from '../../src/contract/run.ts';
import { type Ended, type Env, type Failure, runCommand, runInOne, runJson } from '../support/cluster/command-line.ts';
import { type KeptRecord, keepRecord } from '../support/cluster/kept-record.ts';

let record: KeptRecord;
const folder = mkdtempSync(join(tmpdir(), 'firebreak-cli-'));
beforeAll(async () => {
  record = await keepRecord();
});
afterAll(async () => {
  await record.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Commands that make a database, or that need none. */
const apart = new Set([
  'serve',
  'demo',
  'migrate',
  'restore',
  'backup',
  'validate',
  'policy test',
  'schema',
  'plan',
  'test',
  'alert send',
  'explain',
  'import alertmanager',
  'doctor',
  'init',
  'slack manifest',
  'slack ids',
  'completion',
]);
const changing = new Set(
  [
    'retry',
    'compensate',
    'cancel',
    'pause',
    'resume',
    'done',
    'signal',
    'run',
    'drill',
    'freezes except',
    'approve',
    'deny',
    'break-glass',
    'halt',
    'release',
    'trust lower',
    'trust raise',
    'trust review',
    'tokens create',
    'tokens revoke',
    'sessions revoke',
    'passkeys confirm',
    'passkeys remove',
    'approvals ask',
    'approvals delegate',
    'approvals remind',
    'approvals refresh',
    'record accept-restore',
    'redact',
    'deliveries replay',
    'archive',
    'silence create',
    'silence expire',
    'window create',
    'window remove',
    'postmortem edit',
    'postmortem status',
    'postmortem review',
    'actions add',
    'actions done',
    'actions drop',
    'playbooks register',
    'playbooks promote',
    'playbooks rollback',
    'playbooks retire',
    'reload',
  ].concat(
    ['declare', 'ack', 'note', 'update', 'mitigate', 'invite', 'uninvite', 'sev', 'role']
      .concat(['merge', 'split', 'resolve', 'reopen', 'close'])
      .map((verb) => `incidents ${verb}`),
  ),
);

type Leaf = { readonly path: string; readonly command: Command };
const leavesOf = (command: Command, path = ''): readonly Leaf[] =>
  command.commands.length === 0
    ? [{ path, command }]
    : command.commands.flatMap((child) => leavesOf(child, `${path} ${child.name()}`.trim()));
const leaves = leavesOf(await createProgram()).filter(({ path }) => !apart.has(path));

/** Words that the command takes, whatever they stand for. */
function wordsOf({ path, command }: Leaf, wordFor: (argument: Argument) => string): readonly string[] {
  const needed = command.registeredArguments.filter(({ required }) => required).map(wordFor);
  const options = command.options.filter(({ mandatory }) => mandatory).flatMap(({ long }) => [long ?? '', 'why']);
  const end = command.options.some(({ long }) => long === '--for') ? ['--for', '1h'] : [];
  return path.split(' ').concat(needed, options, end);
}

/** Questions about one thing that the record does not have. */
const shown = ['approvals show', 'deliveries show', 'alerts show', 'playbooks show', 'policy explain'];

/** A folder in which nobody has ever run Firebreak. */
function emptyFolder(): string {
  return mkdtempSync(join(folder, 'empty-'));
}

describe('where there is no database', () => {
  const commands = leaves.map((leaf) => {
    const given: { readonly [argument: string]: string } = { level: '2', right: 'view', matchers: 'service=checkout' };
    return { words: wordsOf(leaf, (argument) => given[argument.name()] ?? 'something'), cwd: emptyFolder() };
  });
  let ends: readonly Ended[] = [];
  beforeAll(async () => {
    ends = await runInOne(commands, {});
  }, 60_000);

  it.each(leaves.map(({ path }, index) => [path, index] as const))(
    '`%s` exits 1, says so and makes nothing',
    (_, index) => {
      const ended = ends[index];
      expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^there is no database in /) });
      expect(ended?.stderr.trim().split('\n')).toHaveLength(1);
      expect(readdirSync(commands[index]?.cwd ?? '')).toEqual([]);
    },
  );

  it('a command in a process of its own ends so too', async () => {
    const cwd = emptyFolder();
    const ended = await runCommand(['halted'], { env: {}, cwd });
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^there is no database in /) });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('counts every command of the program as one that asks, orders or needs no database', () => {
    const asking = leaves.map(({ path }) => path).filter((path) => !changing.has(path));
    expect(asking.sort()).toEqual([
      'access check',
      'access list',
      'actions list',
      'alerts list',
      'alerts show',
      'approvals list',
      'approvals show',
      'audit verify',
      'deliveries list',
      'deliveries show',
      'digest',
      'freezes list',
      'halted',
      'incidents list',
      'incidents show',
      'insights',
      'oncall',
      'passkeys list',
      'playbooks diff',
      'playbooks list',
      'playbooks show',
      'policy diff',
      'policy explain',
      'policy list',
      'postmortem export',
      'postmortem show',
      'register',
      'replay',
      'runs list',
      'runs show',
      'schedules',
      'sessions list',
      'silence list',
      'silence preview',
      'slo',
      'stuck',
      'timeline export',
      'tokens list',
      'trust list',
      'whoami',
      'window list',
    ]);
  });
});

describe('on a database of another version', () => {
  const halted = (url: string) =>
    runCommand(['halted'], {
      env: { DATABASE_URL: url, FIREBREAK_DATA_DIR: join(folder, 'none') },
      cwd: emptyFolder(),
    });

  it('says in one line to migrate, where the database is older', async () => {
    const { url, tamper } = await record.copy();
    await tamper('DELETE FROM schema_migrations WHERE id = (SELECT max(id) FROM schema_migrations)');
    const ended = await halted(url);
    expect(ended).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^the database is older .*run `firebreak migrate`\n$/),
    });
  });

  it('says in one line to migrate, where nothing of Firebreak is in it', async () => {
    const { url, tamper } = await record.copy();
    await tamper('DROP TABLE schema_migrations');
    expect(await halted(url)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^[^\n]*run `firebreak migrate`\n$/),
    });
    expect((await tamper("SELECT to_regclass('schema_migrations') AS made")).rows).toEqual([{ made: null }]);
  });

  it('says which Firebreak it needs, where the database is newer', async () => {
    const { url, tamper } = await record.copy();
    await tamper("INSERT INTO schema_migrations (id, digest) VALUES ('9999-later', 'x')");
    expect(await halted(url)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/newer Firebreak \(9999-later\)/),
    });
    const order = await runCommand(['halt', '--reason', 'x'], { env: { DATABASE_URL: url }, cwd: emptyFolder() });
    expect(order).toMatchObject({ code: 1, stderr: expect.stringMatching(/newer Firebreak/) });
  });
});

describe('a question', () => {
  it('writes nothing: a database that refuses every change answers them all', async () => {
    const { url, tamper, config } = await record.copy();
    await tamper(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_read_only = on`);
    const env = { DATABASE_URL: url, FIREBREAK_DATA_DIR: record.dataDir, FIREBREAK_PLAYBOOKS: config.playbooks };
    const where = { env, cwd: emptyFolder() };
    const runs = (await runJson<{ items: ApiRun[] }>(['runs'], where)).value.items;
    expect(runs.length).toBeGreaterThan(1);
    const ids: { readonly [argument: string]: string } = {
      run: runs[0]?.id ?? '',
      incident: '1',
      matchers: 'service=checkout',
      user: '-',
      right: 'view',
    };
    const asking = leaves.filter(({ path }) => !changing.has(path) && ![...shown, 'playbooks diff'].includes(path));
    const commands = asking.map((leaf) => ({
      words: wordsOf(leaf, (argument) => ids[argument.name()] ?? ''),
      cwd: where.cwd,
    }));
    const ends = await runInOne(commands, env);
    for (const [index, { path }] of asking.entries()) expect(ends[index], path).toMatchObject({ code: 0 });
    const bundle = await runCommand(['timeline', 'export', '1', '--format', 'bundle'], where);
    expect(bundle).toMatchObject({ code: 0, stdout: expect.stringContaining('"signature"') });
    const order = await runCommand(['incidents', 'note', '1', 'x'], where);
    expect(order).toMatchObject({ code: 1, stderr: expect.stringMatching(/read-only/) });
    expect(readdirSync(where.cwd)).toEqual([]);
  }, 180_000);

  it('is asked read-only, and makes no key for a bundle', async () => {
    const { url, tamper } = await record.copy();
    // Whoever may write here is found out: reading the kill switches would leave a row behind.
    const where = { env: { DATABASE_URL: url, FIREBREAK_DATA_DIR: join(folder, 'elsewhere') }, cwd: emptyFolder() };
    const bundle = await runCommand(['timeline', 'export', '1', '--format', 'bundle'], where);
    expect(bundle).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^there is no signing key in .*--server/),
    });
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
    expect((await tamper('SELECT count(*)::int AS keys FROM idempotency_keys')).rows).toEqual([{ keys: 0 }]);
  });
});

describe('from a second terminal, without the secrets and with a broken playbook', () => {
  let env: Env;
  let cwd: string;
  beforeAll(async () => {
    const { url } = await record.copy();
    cwd = emptyFolder();
    mkdirSync(join(cwd, 'playbooks'));
    writeFileSync(join(cwd, 'playbooks/broken.yaml'), 'steps: [');
    writeFileSync(
      join(cwd, 'firebreak.yaml'),
      'integrations: { am: { source: alertmanager, auth: { type: bearer, token: { env: NOT_EXPORTED } } } }\n' +
        'secrets: { deploy: { file: /nowhere/secret } }\n',
    );
    env = {
      DATABASE_URL: url,
      FIREBREAK_DATA_DIR: record.dataDir,
      FIREBREAK_API_TOKEN_FILE: '/nowhere/token',
      SLACK_SIGNING_SECRET: 'a-secret-without-its-token',
    };
  });
  const run = (...args: string[]) => runCommand(args, { env, cwd });
  const json = <T>(...args: string[]) => runJson<T>(args, { env, cwd });

  it('everything can be halted and released', async () => {
    expect(await run('halt', '--reason', 'the core is moved')).toMatchObject({ code: 0, stderr: '' });
    expect(await run('halted')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/everything .* the core is moved/),
    });
    expect(await run('release')).toMatchObject({ code: 0, stdout: 'Released: everything.\n' });
  });

  it('runs and incidents are seen and worked on', async () => {
    expect((await json<{ items: ApiRun[] }>('runs')).value.items.length).toBeGreaterThan(1);
    const noted = await json<ApiIncident>('incidents', 'note', '1', 'seen');
    expect(noted).toMatchObject({ code: 0, value: { number: 1 } });
    expect(await json<Failure>('approvals', 'show', 'apr_nothing')).toMatchObject({
      value: { error: { code: 'not_found' } },
    });
    const ended = await json<Failure>('cancel', (await json<{ items: ApiRun[] }>('runs')).value.items[0]?.id ?? '');
    expect(ended).toMatchObject({ code: 1, value: { error: { code: 'wrong_state' } } });
  });

  it('only what needs a playbook says what is wrong with it', async () => {
    const started = await run('run', 'broken');
    expect(started).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/there is no playbook broken.*\n.*broken\.yaml:1:\d+ /),
    });
  });

  it('only what signs asks for the secret', async () => {
    const sent = await run('alert', 'send', 'alertmanager');
    expect(sent).toMatchObject({ code: 1, stderr: expect.stringMatching(/NOT_EXPORTED is not set/) });
  });
});

describe('on the day when everything else is broken: configuration, playbooks, Slack, Redis, settings', () => {
  let where: { env: Env; cwd: string };
  beforeAll(async () => {
    const { url } = await record.copy();
    const cwd = emptyFolder();
    mkdirSync(join(cwd, 'playbooks'));
    writeFileSync(join(cwd, 'playbooks/broken.yaml'), 'steps: [');
    writeFileSync(join(cwd, 'firebreak.yaml'), 'actions: { shell: { alow: [] } }\nroles: [');
    const settings = { PORT: 'eighty', LOG_LEVEL: 'loud', FIREBREAK_NOPE: '1', REDIS_URL: 'redis://127.0.0.1:1' };
    const slack = { SLACK_BOT_TOKEN: 'xoxb-x', SLACK_API_URL: 'http://127.0.0.1:1/', SLACK_APP_TOKEN: 'no-token' };
    where = { env: { DATABASE_URL: url, FIREBREAK_DATA_DIR: record.dataDir, ...settings, ...slack }, cwd };
  });

  it.each([
    [['halt', '--reason', 'x'], 0],
    [['halted'], 0],
    [['release'], 0],
    [['runs'], 0],
    [['incidents'], 0],
    [['incidents', 'note', '1', 'seen'], 0],
    [['approvals'], 0],
  ] as const)('`%j` works, and says what is left out', async (words, code) => {
    const ended = await runCommand(words, where);
    expect(ended).toMatchObject({ code, stderr: expect.stringMatching(/left out: .*PORT/) });
    expect(ended.stderr).toMatch(/left out: \.\/firebreak\.yaml:2:\d+ /);
  });

  it('orders to a run and to an approval reach the engine', async () => {
    const run = (await runJson<{ items: ApiRun[] }>(['runs'], where)).value.items[0]?.id ?? '';
    for (const words of [
      ['cancel', run],
      ['pause', run],
      ['approve', run, '--plan', 'sha256:00000000'],
      ['deny', run],
    ])
      expect(await runJson<Failure>(words, where), words[0]).toMatchObject({
        code: 1,
        value: { error: { code: expect.stringMatching(/^(wrong_state|not_found)$/) } },
      });
  });

  it('settings of a section that cannot be used are left out with the rest', async () => {
    writeFileSync(join(where.cwd, 'firebreak.yaml'), 'actions: { shell: { alow: [] } }\n');
    const ended = await runCommand(['halted'], where);
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringMatching(/left out: .*alow/) });
  });

  it('nothing is started, and nothing is looked for in another place', async () => {
    const started = await runCommand(['run', 'look'], where);
    expect(started).toMatchObject({ code: 1, stderr: expect.stringMatching(/^PORT: /m) });
    const lost = { ...where, env: { ...where.env, DATABASE_URL: 'mysql://elsewhere' } };
    expect(await runCommand(['halted'], lost)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^DATABASE_URL: /),
    });
    expect(readdirSync(where.cwd).sort()).toEqual(['firebreak.yaml', 'playbooks']);
  });
});
