// The command line beside a running Firebreak: it asks the living server of the data directory, as the user of this machine.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { ApiIncident } from '../../src/contract/incident.ts';
import type { ApiDecidedApproval, ApiRun, ApiStartedRun } from '../../src/contract/run.ts';
import { type Env, type Failure, runCommand, runJson } from '../support/cluster/command-line.ts';
import { createFirebreak, type Firebreak, startTarget, type Target } from '../support/cluster/firebreak-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'firebreak-cli-'));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
/** The user of this machine may decide, because a role lists the person it is linked to. */
const settings = file(
  'firebreak.yaml',
  readFileSync(join(root, 'test/fixtures/firebreak.yaml'), 'utf8')
    .replace('tokens: [bootstrap]', 'people: [me]')
    .concat(`people: { me: { local: ${userInfo().username} } }\n`),
);

type Check = { about: string; status: string; found: string };
type Page<T> = { readonly items: readonly T[] };
type Waited = ApiRun & { readonly events: readonly { readonly type: string }[] };

let firebreak: Firebreak;
let target: Target;
let env: Env;
/** A run that was ordered before any Firebreak ran. */
let early: ApiRun;
beforeAll(async () => {
  firebreak = await createFirebreak({ FIREBREAK_CONFIG: settings });
  target = await startTarget();
  env = {
    FIREBREAK_DATA_DIR: firebreak.dataDir,
    FIREBREAK_CONFIG: settings,
    FIREBREAK_PLAYBOOKS: join(root, 'test/fixtures/playbooks'),
    WEBHOOK_TOKEN: 'a-webhook-token-for-tests',
    SLACK_BOT_TOKEN: 'xoxb-test-token',
    SLACK_SIGNING_SECRET: 'test-signing-secret',
    SLACK_API_URL: firebreak.sandbox.apiUrl,
  };
  await run(['migrate']);
  early = await start('no');
  await firebreak.start();
  env = { ...env, PORT: new URL(firebreak.url()).port };
});
afterAll(async () => {
  await firebreak.close();
  target.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (args: readonly string[], more: Env = {}) => runCommand(args, { env: { ...env, ...more } });
const json = async <T>(args: readonly string[], more: Env = {}) => runJson<T>(args, { env: { ...env, ...more } });
const input = (fail: 'yes' | 'no') => ['--input', `target=${target.url}`, '--input', `fail=${fail}`];
const start = async (fail: 'yes' | 'no') => (await json<ApiStartedRun>(['run', 'fault', ...input(fail)])).value.run;
const show = async (id: string) => (await json<ApiRun>(['runs', 'show', id])).value;
async function reach(id: string, wanted: (run: ApiRun) => boolean): Promise<ApiRun> {
  for (;;) {
    const found = await show(id);
    if (wanted(found)) return found;
  }
}
const isAsked = ({ approvals }: ApiRun) => Object.values(approvals).some(({ status }) => status === 'open');
const openIn = ({ approvals }: ApiRun) => {
  const open = Object.values(approvals).find(({ status }) => status === 'open');
  if (!open) throw new Error('nothing is asked');
  return open;
};

it('performs what was ordered before it ran', async () => {
  await reach(early.id, isAsked);
  expect(await run(['cancel', early.id])).toMatchObject({ code: 0 });
});

it('can be halted from a terminal that knows nothing but where it is, beside broken files', async () => {
  const broken = { FIREBREAK_CONFIG: file('broken.yaml', 'roles: ['), PORT: 'eighty', SLACK_BOT_TOKEN: 'wrong' };
  expect(await run(['halt', '--reason', 'x'], broken)).toMatchObject({ code: 0, stderr: '' });
  expect(await run(['halted'], broken)).toMatchObject({ code: 0, stdout: expect.stringMatching(/everything/) });
  expect(await run(['runs'], broken)).toMatchObject({ code: 0, stderr: '' });
  expect(await run(['release'], broken)).toMatchObject({ code: 0, stderr: '' });
});

it('delivers the sample of a source as a new alert each time', async () => {
  const first = await json<{ status: number; answer: { status: string } }>(['alert', 'send', 'alertmanager']);
  const second = await run(['alert', 'send', 'alertmanager']);
  expect(first).toMatchObject({ code: 0, value: { status: 202, answer: { status: 'accepted' } } });
  expect(second).toMatchObject({ code: 0, stdout: expect.stringMatching(/^accepted: dlv_/) });
  const forged = await run(['alert', 'send', 'alertmanager'], { WEBHOOK_TOKEN: 'another-token' });
  expect(forged).toMatchObject({ code: 1, stderr: expect.stringMatching(/401 .*the bearer token is wrong/) });
  const nobody = await run(['alert', 'send', 'alertmanager', '--to', 'http://127.0.0.1:1']);
  expect(nobody).toMatchObject({ code: 1, stderr: expect.stringMatching(/does not answer/) });
});

it('starts a run, decides on the plan that was looked at and follows it to its end', async () => {
  const waiting = json<Waited>(['run', 'fault', ...input('no'), '--drill', '--wait']);
  const asked = await reachFirst(isAsked);
  const { id, planDigest } = openIn(asked);
  expect(await run(['approvals'])).toMatchObject({ code: 0, stdout: expect.stringContaining(id) });
  const blind = await run(['approve', id]);
  expect(blind).toMatchObject({ code: 2, stderr: expect.stringContaining(`firebreak approvals show ${id}`) });
  const shown = await run(['approvals', 'show', asked.id]);
  expect(shown.stdout).toContain(`firebreak approve ${id} --plan ${planDigest}`);
  expect(shown.stdout).toMatch(/would run: http\.request .*\/risky/);
  const drifted = await json<Failure>(['approve', asked.id, '--plan', 'sha256:00000000']);
  expect(drifted).toMatchObject({ code: 1, value: { error: { code: 'plan_changed' } } });
  const approved = await json<ApiDecidedApproval>(['approve', asked.id.slice(-8), '--plan', planDigest.slice(0, 20)]);
  expect(approved).toMatchObject({ code: 0, value: { approval: { id, status: 'granted' } } });
  const { code, value } = await waiting;
  expect({ code, status: value.status }).toEqual({ code: 0, status: 'succeeded' });
  expect(value.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['run.started', 'run.succeeded']));
  expect(value.approvals[id]?.decidedBy).toMatchObject({
    kind: 'user',
    id: `local:${userInfo().username}`,
    person: 'me',
  });
  const again = await run(['approve', id, '--plan', planDigest]);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/already approved/) });
});

async function reachFirst(wanted: (run: ApiRun) => boolean): Promise<ApiRun> {
  for (;;) {
    const [latest] = (await json<Page<ApiRun>>(['runs'])).value.items;
    if (latest && wanted(latest)) return latest;
  }
}

it('pauses, resumes, denies, retries, cancels', async () => {
  const { id: runId } = await start('no');
  await reach(runId, isAsked);
  expect((await json<ApiRun>(['pause', runId])).value).toMatchObject({ paused: true });
  expect(await run(['pause', runId])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/the run is paused already$/m),
  });
  expect(await run(['resume', runId])).toMatchObject({ code: 0 });
  expect(await run(['deny', runId, '--reason', 'not now'])).toMatchObject({ code: 0 });
  await reach(runId, ({ status }) => status === 'failed');
  expect(await run(['retry', runId, '--step', 'risky'])).toMatchObject({ code: 0 });
  await reach(runId, isAsked);
  expect(await run(['cancel', runId, '--reason', 'enough'])).toMatchObject({ code: 0 });
  await reach(runId, ({ status }) => status === 'cancelled');
  expect(await run(['compensate', runId])).toMatchObject({ code: 0 });
  await reach(runId, ({ status }) => status === 'compensated');
  expect(await run(['cancel', runId])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/is compensated/),
  });
  expect(await run(['cancel', 'run_none'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/there is no run run_none;/),
  });
  const replayed = await json(['replay', runId]);
  expect(replayed).toMatchObject({ code: 0, value: { same: true, folds: true, differences: [] } });
});

it('shows runs and incidents, and exports what happened', async () => {
  const { value: runs } = await json<Page<ApiRun>>(['runs', 'list', '--status', 'succeeded', '--playbook', 'fault']);
  const [done] = runs.items;
  expect(runs.items).toHaveLength(1);
  expect((await run(['runs', 'show', done?.id ?? ''])).stdout).toMatch(/risky +succeeded +1/);
  const { value: incident } = await json<ApiIncident & { runs: ApiRun[]; events: unknown[] }>(
    ['incidents', 'show', done?.incidentId ?? ''],
    env,
  );
  expect(incident.runs.map(({ id }) => id)).toEqual([done?.id]);
  const text = await run(['incidents', 'show', String(incident.number)]);
  expect(text.stdout).toMatch(/Run succeeded after/);
  expect((await run(['incidents'])).stdout.split('\n')[0]).toMatch(/^NUMBER {2}SEVERITY {2}STATUS +OPENED +TITLE$/);
  const markdown = await run(['timeline', 'export', String(incident.number)]);
  expect(markdown).toMatchObject({ code: 0, stdout: expect.stringMatching(/^# /) });
  const bundle = join(folder, 'one.bundle.json');
  expect(await run(['timeline', 'export', `#${incident.number}`, '--format', 'bundle', '--out', bundle])).toMatchObject(
    { code: 0, stdout: '' },
  );
  expect(await json(['audit', 'verify', '--file', bundle])).toMatchObject({ code: 0, value: { outcome: 'ok' } });
  const forged = file('forged.json', readFileSync(bundle, 'utf8').replace('"fail": "no"', '"fail": "ja"'));
  expect(await run(['audit', 'verify', '--file', forged])).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^BAD: /),
  });
  expect(await run(['audit', 'verify'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^verified: /),
  });
});

it('replays a run from its record, and says what another playbook would have done', async () => {
  const { value } = await json<Page<ApiRun>>(['runs', '--status', 'succeeded']);
  const runId = value.items[0]?.id ?? '';
  expect(await run(['replay', runId])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/The same again: succeeded/),
  });
  const text = readFileSync(join(root, 'test/fixtures/playbooks/fault.yaml'), 'utf8').replaceAll('/risky', '/other');
  const other = await json(['replay', runId, '--playbook', file('other.yaml', text)]);
  expect(other).toMatchObject({
    code: 1,
    value: { same: false, folds: true, differences: [{ about: 'risky' }] },
  });
});

it('keeps the register of who answers for what', async () => {
  type Entry = { playbook: string; lastSuccess: unknown; lastDrill: unknown; kept: { runs: number }; gaps: string[] };
  const { value } = await json<{ items: Entry[] }>(['register']);
  const entry = value.items.find(({ playbook }) => playbook === 'fault');
  expect(entry).toMatchObject({ lastSuccess: { status: 'succeeded' }, lastDrill: {}, kept: { runs: 3 } });
  expect(entry?.gaps).toEqual([
    'no SLA',
    'no runbook',
    'says nothing of what it depends on',
    'says nothing of the data it touches',
    'undoing 1.0.0 is not proven by a drill within 90 days',
  ]);
  expect((await run(['register'])).stdout).toMatch(/^PLAYBOOK +OWNER/);
});

it('tells the doctor that all is well', async () => {
  const { code, value } = await json<{ checks: Check[] }>(['doctor'], { REDIS_URL: inject('redisUrl') });
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

it('shows what a run gave, in lines that fit a small terminal', async () => {
  const { value } = await json<Page<ApiRun>>(['runs', '--status', 'succeeded']);
  const id = value.items[0]?.id ?? '';
  const list = await run(['runs']);
  expect(Math.max(...list.stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(list.stdout).toContain(id.slice(-8));
  const shown = await run(['runs', 'show', id.slice(-8)]);
  expect(shown.stdout).toMatch(/^output of first: \{"status":200/m);
  expect(await run(['runs', 'show', id, '--watch'])).toEqual(await run(['runs', 'show', id]));
  const short = await json<Failure>(['runs', 'show', id.slice(-3)]);
  expect(short).toMatchObject({ code: 1, value: { error: { code: 'not_found' } } });
});

it('works on an incident from its declaration to its close, by its number', async () => {
  const declared = await json<ApiIncident>(['incidents', 'declare', 'checkout is slow', '--sev', 'sev2']);
  expect(declared).toMatchObject({ code: 0, value: { severity: 2, status: 'open', title: 'checkout is slow' } });
  const other = await json<ApiIncident>(['incidents', 'declare', 'checkout is slow, too']);
  const number = String(declared.value.number);
  const order = (verb: string, ...words: string[]) => json<ApiIncident>(['incidents', verb, number, ...words]);
  expect(await order('ack')).toMatchObject({ code: 0, value: { acknowledgedBy: { person: 'me' } } });
  expect(await order('note', 'the queue drains')).toMatchObject({ code: 0 });
  expect(await order('sev', '1', '--reason', 'nobody can pay')).toMatchObject({ code: 0, value: { severity: 1 } });
  expect(await order('role', 'commander', 'me')).toMatchObject({ code: 0, value: { roles: { commander: 'me' } } });
  const merged = await json<ApiIncident>(['incidents', 'merge', `#${other.value.number}`, number]);
  expect(merged).toMatchObject({ code: 0, value: { id: declared.value.id } });
  expect(await order('resolve', '--reason', 'rolled back')).toMatchObject({ code: 0, value: { status: 'resolved' } });
  expect(await order('reopen', '--reason', 'it is back')).toMatchObject({ code: 0, value: { status: 'open' } });
  expect(await order('resolve', '--reason', 'again')).toMatchObject({ code: 0 });
  expect(await order('close', '--reason', 'done')).toMatchObject({ code: 0, value: { status: 'closed' } });
  expect(await order('ack')).toMatchObject({ code: 1, value: { error: { code: 'wrong_state' } } });
  const story = (await run(['incidents', 'show', declared.value.id.slice(-8)])).stdout;
  expect(story).toMatch(/noted: the queue drains/);
  expect(await run(['incidents', 'sev', number, '5'])).toMatchObject({ code: 2 });
  expect(await run(['incidents', 'resolve', number])).toMatchObject({ code: 2 });
});

it('says in the data directory where it listens, for its own user, and takes it back at its end', async () => {
  const announcement = join(firebreak.dataDir, 'server.json');
  expect(JSON.parse(readFileSync(announcement, 'utf8'))).toMatchObject({ url: firebreak.url() });
  expect(statSync(announcement).mode & 0o777).toBe(0o600);
  await firebreak.stop();
  expect(existsSync(announcement)).toBe(false);
  writeFileSync(announcement, JSON.stringify({ url: 'http://127.0.0.1:1', pid: 1, start: 'x', startedAt: 'now' }));
  expect(await json<Page<ApiIncident>>(['incidents'])).toMatchObject({ code: 0, value: { cursor: null } });
});
