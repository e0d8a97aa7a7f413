// The command line where no Firebreak runs: words, settings, playbooks as files, a database of its own.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/session/program.ts';
import { type Env, type Failure, runCommand, runJson } from '../support/cluster/command-line.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const examples = join(root, 'deploy/examples/playbooks');
const folder = mkdtempSync(join(tmpdir(), 'firebreak-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const base = { FIREBREAK_DATA_DIR: join(folder, 'data'), FIREBREAK_PLAYBOOKS: examples };
const run = (args: readonly string[], env: Env = {}) => runCommand(args, { env: { ...base, ...env } });
const json = <T>(args: readonly string[], env: Env = {}) => runJson<T>(args, { env: { ...base, ...env } });

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

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
    const { code, stderr } = await run(['migrate'], { PORT: 'http', REDIS_URL: 'localhost' });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^REDIS_URL: must be a URL such as redis:.*\nPORT: must be a port number from 0 to 65535\n$/,
    );
  });

  it('has examples in every help', async () => {
    const commands = (parent: Command): readonly Command[] =>
      parent.commands.flatMap((command) => (command.commands.length > 0 ? commands(command) : [command]));
    const names = commands(await createProgram()).map((command) => {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(help).toMatch(/Examples:\n {2}\$ firebreak /);
      return command.name();
    });
    expect(names).toEqual(expect.arrayContaining(['serve', 'plan', 'test', 'run', 'replay', 'export', 'doctor']));
    expect(await run(['run', '--help'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/Examples:/) });
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
    expect(await json(['migrate'])).toEqual({ code: 0, value: { upToDate: true } });
    expect(await run(['runs', '--json'])).toMatchObject({ code: 0, stdout: '{"items":[],"cursor":null}\n' });
    const said = await run(['runs']);
    expect(said).toMatchObject({ code: 0, stdout: '', stderr: expect.stringMatching(/There are no runs\.\n$/) });
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
