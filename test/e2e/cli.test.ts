// The command line as people and scripts use it: the built program, a real data directory, and a Firebreak running on it.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createProgram } from '../../src/cli/session/program.ts';
import { createFirebreak, type Firebreak, startTarget, type Target } from '../support/cluster/firebreak-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'dist/cli.js');
const examples = join(root, 'deploy/examples/playbooks');
const folder = mkdtempSync(join(tmpdir(), 'firebreak-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Env = { readonly [name: string]: string };
type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs the command line to its end. */
function run(args: readonly string[], env: Env = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const base = {
      PATH: process.env['PATH'] ?? '',
      FIREBREAK_DATA_DIR: join(folder, 'data'),
      FIREBREAK_PLAYBOOKS: examples,
    };
    execFile(process.execPath, [program, ...args], { cwd: root, env: { ...base, ...env } }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}

/** Its one JSON document, with how it ended. */
async function json<T>(args: readonly string[], env: Env = {}): Promise<{ code: number; value: T }> {
  const { code, stdout, stderr } = await run([...args, '--json'], env);
  try {
    return { code, value: JSON.parse(stdout) as T };
  } catch {
    throw new Error(`no JSON from ${args.join(' ')}: ${stdout}${stderr}`);
  }
}

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

type Failure = { error: { code: string; message: string } };
type Check = { about: string; status: string; found: string; advice: string | null };

describe('without a running Firebreak', () => {
  const wrong: readonly [string, readonly string[], number, RegExp][] = [
    ['a command that is not there', ['frobnicate'], 2, /unknown command 'frobnicate'/],
    ['an option that is not there', ['runs', '--colour'], 2, /unknown option '--colour'/],
    ['an argument that is missing', ['approve'], 2, /missing required argument 'approval'/],
    ['a number that is none', ['runs', '--limit', 'many'], 2, /must be a number from 1 to 200/],
    ['a demo that is denied by nobody', ['demo', '--deny'], 2, /--deny goes with --headless/],
    ['an input that is no pair', ['plan', 'disk-pressure', '--input', 'host'], 2, /name=value/],
    ['a source that is not there', ['alert', 'send', 'alertmanger'], 2, /did you mean `alertmanager`/],
    ['a playbook that is not there', ['plan', 'disk-presure'], 1, /did you mean `disk-pressure`/],
    ['an integration nobody configured', ['alert', 'send', 'generic'], 1, /no integration of generic is configured/],
    ['a file that is not there', ['audit', 'verify', '--file', '/nowhere'], 1, /cannot read \/nowhere/],
    ['a test that is not there', ['test', 'nowhere'], 1, /there is no nowhere/],
  ];
  it.each(wrong)('%s ends with what to do, and no stack trace', async (_, args, code, message) => {
    const ended = await run(args);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  it('says in JSON why not, where JSON was asked for', async () => {
    const { code, value } = await json<Failure>(['plan', 'disk-pressure']);
    expect({ code, value }).toMatchObject({ code: 1, value: { error: { code: 'invalid' } } });
    expect(value.error.message).toMatch(/inputs\.host is missing/);
  });

  it('names every wrong setting', async () => {
    const { code, stderr } = await run(['runs'], { PORT: 'http', REDIS_URL: 'localhost' });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^REDIS_URL: must be a URL such as redis:.*\nPORT: must be a port number from 0 to 65535\n$/,
    );
  });

  it('has examples in every help', async () => {
    const commands = (parent: Command): readonly Command[] =>
      parent.commands.flatMap((command) => (command.commands.length > 0 ? commands(command) : [command]));
    const names = commands(createProgram()).map((command) => {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(help).toMatch(/Examples:\n {2}\$ firebreak /);
      return command.name();
    });
    expect(names).toEqual(expect.arrayContaining(['serve', 'plan', 'test', 'run', 'replay', 'export', 'doctor']));
    expect(await run(['run', '--help'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/Examples:/) });
  });

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('has no playbooks in force where none was written, which is no fault', async () => {
    const none = { FIREBREAK_PLAYBOOKS: join(root, 'playbooks') };
    expect(await run(['validate'], none)).toMatchObject({ code: 0, stdout: '0 playbook(s) are valid\n' });
    const { code, value } = await json<{ ok: boolean; checks: Check[] }>(['doctor'], none);
    expect({ code, ok: value.ok }).toEqual({ code: 0, ok: true });
    expect(value.checks.find(({ about }) => about === 'playbooks')).toMatchObject({ status: 'warn' });
  });

  it('checks playbooks: every fault with its place', async () => {
    expect(await run(['validate'])).toMatchObject({ code: 0, stdout: '4 playbook(s) are valid\n' });
    const bad = file('bad.yaml', 'apiVersion: firebreak/v1\nname: bad\nversion: 1.0.0\nsteps: []\nowners: x\n');
    const { code, stdout } = await run(['validate', bad]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/bad\.yaml:5:1 {2}unknown key `owners`; did you mean `owner`/);
    const { value } = await json<{ faults: unknown[] }>(['validate', bad]);
    expect(value.faults.length).toBe(stdout.trim().split('\n').length);
    expect(JSON.parse((await run(['schema'])).stdout)).toMatchObject({ type: 'object' });
  });

  it('shows what would happen, and does nothing', async () => {
    const args = ['plan', 'restart-service', '--input', 'service=shop', '--input', 'status_url=http://10.0.0.7/status'];
    type Plan = {
      triggered: boolean | null;
      steps: { step: string; with: unknown; approval: { from: string[] } | null }[];
    };
    const { code, value } = await json<Plan>(args);
    expect(code).toBe(0);
    expect(value.steps.map(({ step }) => step)).toEqual(['snapshot', 'restart', 'verify']);
    expect(value.steps[1]).toMatchObject({
      with: { command: ['./deploy/demo/servicectl', 'restart', 'shop'] },
      approval: { from: ['@sre'] },
      known: 'now',
      happens: true,
    });
    expect((await run(args)).stdout).toMatch(/Nothing was done\.\n$/);
    const calm = { status: 'firing', labels: { alertname: 'ServiceDown', severity: 'info', service: 'shop' } };
    const alert = file(
      'alert.json',
      JSON.stringify({ alerts: [{ ...calm, annotations: { status_url: 'http://x/' } }] }),
    );
    const other = await json<Plan>(['plan', 'restart-service', '--alert', alert]);
    expect(other).toMatchObject({ code: 1, value: { triggered: false } });
  });

  it('plays the tests of playbooks', async () => {
    const good = await json<{ passed: number; failed: number }>(['test']);
    expect(good).toMatchObject({ code: 0, value: { failed: 0 } });
    expect(good.value.passed).toBeGreaterThan(3);
    mkdirSync(join(folder, 'tests'), { recursive: true });
    file('small.yaml', readFileSync(join(examples, 'disk-pressure.yaml'), 'utf8'));
    const test = (expectation: string) =>
      file('tests/small.test.yaml', `cases: [{ name: one, inputs: { host: h }, expect: { ${expectation} } }]`);
    expect(await run(['test', test('outcome: succeeded, approvals: [drop-caches]')])).toMatchObject({ code: 0 });
    const failed = await run(['test', test('outcome: failed, never: [step.started measure]')]);
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringMatching(/^FAIL {2}disk-pressure: one/) });
    expect(failed.stdout).toMatch(/the run is succeeded, expected failed/);
    expect(failed.stdout).toMatch(/`step\.started measure` happens/);
    const unknown = await run(['test', test('outcom: failed')]);
    expect(unknown).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/small\.test\.yaml:1:\d+ {2}cases\.0\.expect/),
    });
  });

  it('keeps what it says of an empty database apart from its results', async () => {
    const { code, stdout, stderr } = await run(['runs', '--json']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"items":[],"cursor":null}\n' });
    expect(stderr).toMatch(/There was no database in .*; an empty one was made/);
    expect(await run(['runs', '--json'])).toMatchObject({ stderr: expect.not.stringContaining('There was no') });
    expect(await json(['migrate'])).toEqual({ code: 0, value: { upToDate: true } });
    expect(await json(['audit', 'verify'])).toEqual({ code: 0, value: expect.objectContaining({ outcome: 'ok' }) });
  });

  it('refuses to wait for a run that nobody would perform', async () => {
    const { code, value } = await json<Failure>(['run', 'disk-pressure', '--input', 'host=h', '--wait']);
    expect({ code, value }).toMatchObject({ code: 1, value: { error: { code: 'no_worker' } } });
  });

  it('tells the doctor what stands in the way', async () => {
    await run(['migrate']);
    const well = await json<{ ok: boolean; checks: Check[] }>(['doctor']);
    expect(well).toMatchObject({ code: 0, value: { ok: true } });
    expect(well.value.checks.map(({ about }) => about)).toEqual(
      expect.arrayContaining([
        'node',
        'settings',
        'data',
        'playbooks',
        'database',
        'schema',
        'clock',
        'queue',
        'slack',
      ]),
    );
    const ill = await json<{ ok: boolean; checks: Check[] }>(['doctor'], {
      ...{ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', REDIS_URL: 'redis://127.0.0.1:1' },
      ...{ SLACK_BOT_TOKEN: 'xoxb-none', SLACK_SIGNING_SECRET: 'a-secret', SLACK_API_URL: 'http://127.0.0.1:1/api/' },
    });
    expect(ill).toMatchObject({ code: 1, value: { ok: false } });
    const failed = ill.value.checks.filter(({ status }) => status === 'fail');
    expect(failed.map(({ about }) => about)).toEqual(['database', 'queue', 'slack']);
    for (const { advice } of failed) expect(advice).toBeTruthy();
  });
});

describe('beside a running Firebreak', () => {
  let firebreak: Firebreak;
  let target: Target;
  let env: Env;
  /** A run that was ordered before any Firebreak ran. */
  let early: Shown;
  beforeAll(async () => {
    firebreak = await createFirebreak();
    target = await startTarget();
    env = {
      FIREBREAK_DATA_DIR: firebreak.dataDir,
      ...{ FIREBREAK_CONFIG: join(root, 'test/fixtures/firebreak.yaml'), WEBHOOK_TOKEN: 'a-webhook-token-for-tests' },
      ...{ FIREBREAK_PLAYBOOKS: join(root, 'test/fixtures/playbooks') },
      ...{ SLACK_BOT_TOKEN: 'xoxb-test-token', SLACK_SIGNING_SECRET: 'test-signing-secret' },
      SLACK_API_URL: firebreak.sandbox.apiUrl,
    };
    early = await start('no');
    await firebreak.start();
    env = { ...env, PORT: new URL(firebreak.url()).port };
  });
  afterAll(async () => {
    await firebreak.close();
    target.close();
  });

  type Shown = {
    runId: string;
    incidentId: string;
    status: string;
    paused: boolean;
    approvals: { [id: string]: { id: string; status: string; decidedBy: { id: string; name: string; via: string } } };
    events: { type: string }[];
    items: Shown[];
  };
  const start = async (fail: 'yes' | 'no', ...more: string[]) =>
    (await json<Shown>(['run', 'fault', '--input', `target=${target.url}`, '--input', `fail=${fail}`, ...more], env))
      .value;
  const show = async (runId: string) => (await json<Shown>(['runs', 'show', runId], env)).value;
  const reach = async (runId: string, wanted: (run: Shown) => boolean): Promise<Shown> => {
    for (;;) {
      const run = await show(runId);
      if (wanted(run)) return run;
    }
  };
  const isAsked = ({ approvals }: Shown) => Object.values(approvals).some(({ status }) => status === 'open');

  it('performs what was ordered before it ran', async () => {
    await reach(early.runId, isAsked);
    expect(await run(['cancel', early.runId], env)).toMatchObject({ code: 0 });
  });

  it('delivers the sample of a source as a new alert each time', async () => {
    const first = await json<{ status: number; answer: { status: string } }>(['alert', 'send', 'alertmanager'], env);
    const second = await run(['alert', 'send', 'alertmanager'], env);
    expect(first).toMatchObject({ code: 0, value: { status: 202, answer: { status: 'accepted' } } });
    expect(second).toMatchObject({ code: 0, stdout: expect.stringMatching(/^accepted: dlv_/) });
    const forged = await run(['alert', 'send', 'alertmanager'], { ...env, WEBHOOK_TOKEN: 'another' });
    expect(forged).toMatchObject({ code: 1, stderr: expect.stringMatching(/401 .*the bearer token is wrong/) });
    const nobody = await run(['alert', 'send', 'alertmanager', '--to', 'http://127.0.0.1:1'], env);
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringMatching(/does not answer/) });
  });

  it('starts a run, decides on it and follows it to its end', async () => {
    const waiting = json<Shown>(
      ['run', 'fault', '--input', `target=${target.url}`, '--input', 'fail=no', '--drill', '--wait'],
      env,
    );
    const asked = await reachFirst(isAsked);
    const stranger = await run(['approve', asked.runId, '--as', 'U0NOBODY'], env);
    expect(stranger).toMatchObject({ code: 1, stderr: expect.stringMatching(/only @sre may decide this$/m) });
    const drifted = await json<Failure>(['approve', asked.runId, '--as', 'U0ANA', '--plan-digest', 'sha256:0'], env);
    expect(drifted).toMatchObject({ code: 1, value: { error: { code: 'plan_changed' } } });
    const approved = await run(['approve', asked.runId, '--as', 'U0ANA', '--reason', 'seen'], env);
    expect(approved).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Recorded: step risky is granted/) });
    const { code, value } = await waiting;
    expect({ code, status: value.status }).toEqual({ code: 0, status: 'succeeded' });
    expect(value.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['run.started', 'run.succeeded']));
    expect(Object.values(value.approvals)[0]?.decidedBy).toMatchObject({
      ...{ kind: 'user', id: 'U0ANA', via: 'cli' },
      name: expect.stringMatching(/^U0ANA \(as ordered by .+\)$/),
    });
    const again = await run(['approve', Object.keys(value.approvals)[0] ?? '', '--as', 'U0ANA'], env);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/already approved/) });
  });

  async function reachFirst(wanted: (run: Shown) => boolean): Promise<Shown> {
    for (;;) {
      const { value } = await json<Shown>(['runs'], env);
      const [latest] = value.items;
      if (latest && wanted(latest)) return latest;
    }
  }

  it('pauses, resumes, denies, retries, cancels', async () => {
    const { runId } = await start('no');
    await reach(runId, isAsked);
    expect((await json<Shown>(['pause', runId], env)).value).toMatchObject({ paused: true });
    expect(await run(['pause', runId], env)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/the run is paused already$/m),
    });
    expect(await run(['resume', runId], env)).toMatchObject({ code: 0 });
    expect(await run(['deny', runId, '--as', 'U0ANA'], env)).toMatchObject({ code: 0 });
    await reach(runId, ({ status }) => status === 'failed');
    expect(await run(['retry', runId, '--step', 'risky'], env)).toMatchObject({ code: 0 });
    await reach(runId, isAsked);
    expect(await run(['cancel', runId, '--reason', 'enough'], env)).toMatchObject({ code: 0 });
    await reach(runId, ({ status }) => status === 'cancelled');
    expect(await run(['compensate', runId], env)).toMatchObject({ code: 0 });
    await reach(runId, ({ status }) => status === 'compensated');
    expect(await run(['cancel', runId], env)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is compensated/),
    });
    expect(await run(['cancel', 'run_none'], env)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/there is no run run_none$/m),
    });
    const replayed = await json(['replay', runId], env);
    expect(replayed).toMatchObject({ code: 0, value: { same: true, folds: true, differences: [] } });
  });

  it('shows runs and incidents, and exports what happened', async () => {
    const { value: runs } = await json<Shown>(['runs', 'list', '--status', 'succeeded', '--playbook', 'fault'], env);
    const [done] = runs.items;
    expect(runs.items).toHaveLength(1);
    expect((await run(['runs', 'show', done?.runId ?? ''], env)).stdout).toMatch(/risky +succeeded +1/);
    const { value: incident } = await json<{ number: number; runs: Shown[]; events: unknown[] }>(
      ['incidents', 'show', done?.incidentId ?? ''],
      env,
    );
    expect(incident.runs.map(({ runId }) => runId)).toEqual([done?.runId]);
    const text = await run(['incidents', 'show', String(incident.number)], env);
    expect(text.stdout).toMatch(/Run succeeded after/);
    expect((await run(['incidents'], env)).stdout.split('\n')[0]).toBe(
      'NUMBER  SEVERITY  STATUS  OPENED                    TITLE',
    );
    const markdown = await run(['timeline', 'export', String(incident.number)], env);
    expect(markdown).toMatchObject({ code: 0, stdout: expect.stringMatching(/^# /) });
    const bundle = join(folder, 'one.bundle.json');
    expect(
      await run(['timeline', 'export', `#${incident.number}`, '--format', 'bundle', '--out', bundle], env),
    ).toMatchObject({ code: 0, stdout: '' });
    expect(await json(['audit', 'verify', '--file', bundle])).toMatchObject({ code: 0, value: { outcome: 'ok' } });
    const forged = file('forged.json', readFileSync(bundle, 'utf8').replace('"fail": "no"', '"fail": "ja"'));
    expect(await run(['audit', 'verify', '--file', forged])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^BAD: /),
    });
    expect(await run(['audit', 'verify'], env)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^verified: /),
    });
  });

  it('replays a run from its record, and says what another playbook would have done', async () => {
    const { value } = await json<Shown>(['runs', '--status', 'succeeded'], env);
    const runId = value.items[0]?.runId ?? '';
    expect(await run(['replay', runId], env)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/The same again: succeeded/),
    });
    const text = readFileSync(join(root, 'test/fixtures/playbooks/fault.yaml'), 'utf8').replaceAll('/risky', '/other');
    const other = await json(['replay', runId, '--playbook', file('other.yaml', text)], env);
    expect(other).toMatchObject({
      code: 1,
      value: { same: false, folds: true, differences: [{ about: 'risky' }] },
    });
  });

  it('keeps the register of who answers for what', async () => {
    type Entry = { playbook: string; lastSuccess: unknown; lastDrill: unknown; kept: { runs: number }; gaps: string[] };
    const { value } = await json<{ items: Entry[] }>(['register'], env);
    const entry = value.items.find(({ playbook }) => playbook === 'fault');
    expect(entry).toMatchObject({ lastSuccess: { status: 'succeeded' }, lastDrill: {}, kept: { runs: 3 } });
    expect(entry?.gaps).toEqual(['no SLA']);
    expect((await run(['register'], env)).stdout).toMatch(/^PLAYBOOK +OWNER/);
  });

  it('tells the doctor that all is well', async () => {
    const { code, value } = await json<{ checks: Check[] }>(['doctor'], { ...env, REDIS_URL: inject('redisUrl') });
    expect({ code, failed: value.checks.filter(({ status }) => status === 'fail') }).toEqual({ code: 0, failed: [] });
    expect(value.checks).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ about: 'workers', status: 'ok', found: '1 alive' }),
        expect.objectContaining({ about: 'slack', status: 'ok' }),
        expect.objectContaining({ about: 'clock', status: 'ok' }),
        expect.objectContaining({ about: 'queue', status: 'ok', found: expect.stringMatching(/^Redis \d/) }),
      ]),
    );
  });
});
