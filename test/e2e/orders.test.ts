// What people see of a run and can order about it, over the API and the command line, against a real Firebreak: folded steps,
// called runs, signals, kill switches, runs that stand still, retries of the pinned and of the latest version.
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'firebreak-playbooks-'));
chmodSync(folder, 0o755);
const put = (name: string, version: string, rest: string) =>
  writeFileSync(
    join(folder, `${name}.yaml`),
    `apiVersion: firebreak/v1\nname: ${name}\nversion: ${version}\nowner: { product: p, technical: t, escalation: "@lead" }\n${rest}`,
  );
const holds = 'uses: assert, with: { that: true }';
put('child', '1.0.0', `steps: [{ id: only, ${holds} }]\n`);
put(
  'ship',
  '1.0.0',
  `steps:
  - { id: hosts, forEach: { items: "['a', 'b', 'c']", maxParallel: 3 }, ${holds} }
  - { id: call, uses: playbook, with: { playbook: child } }
  - { id: gate, uses: wait, with: { signal: deploy.finished, atMost: 1h } }
  - { id: check, uses: assert, with: { that: "\${{ steps.gate.output.data.ok }}" } }
finally: [{ id: tidy, ${holds} }]
`,
);
put('far', '1.0.0', `steps: [{ id: only, runsOn: far-away, ${holds} }]\n`);
put('halting', '1.0.0', `steps: [{ id: only, ${holds} }]\n`);
put('broken', '1.0.0', `steps: [{ id: only, uses: assert, with: { that: false } }]\n`);

let firebreak: Firebreak;
beforeAll(async () => {
  firebreak = await createFirebreak({ FIREBREAK_PLAYBOOKS: folder });
  await firebreak.start();
});
afterAll(async () => {
  await firebreak.close();
  rmSync(folder, { recursive: true, force: true });
});

type Step = { step: string; status: string; part: string; about: string; runs: string[] };
type Run = {
  id: string;
  incidentId: string;
  status: string;
  reason: string | null;
  trigger: { type: string };
  playbook: { version: string };
  waitingFor: { kind: string; what: string; since: string; who: string[] }[];
  orders: string[];
  steps: Step[];
  retry: { of: string; newRun: boolean; message: string };
};
type Problem = { code: string; detail: string };

async function call<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${firebreak.url()}/api/v1${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}
const post = <T = Run>(path: string, body: unknown = {}) => call<T>('POST', path, body);
const start = async (playbook: string) => (await post<{ id: string }>(`/playbooks/${playbook}/runs`)).body.id;
async function reach(id: string, wanted: (run: Run) => boolean): Promise<Run> {
  for (;;) {
    const run = await firebreak.get<Run>(`/runs/${id}`);
    if (wanted(run)) return run;
  }
}

/** Runs the command line beside the running Firebreak. */
function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = {
    ...{ PATH: process.env['PATH'] ?? '', FIREBREAK_DATA_DIR: firebreak.dataDir, FIREBREAK_PLAYBOOKS: folder },
    ...{ FIREBREAK_CONFIG: join(root, 'test/fixtures/firebreak.yaml'), WEBHOOK_TOKEN: 'a-webhook-token-for-tests' },
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'dist/cli.js'), ...args], { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('a run that waits for a signal', () => {
  it('is shown with its items folded and its called runs, takes the signal once it is given, and ends with its last steps', async () => {
    const id = await start('ship');
    const waiting = await reach(id, ({ orders }) => orders.includes('signal'));
    expect(waiting.steps.map(({ step, status, part }) => [step, status, part])).toEqual([
      ['hosts', 'succeeded', 'steps'],
      ['call', 'succeeded', 'steps'],
      ['gate', 'waiting', 'steps'],
      ['check', 'pending', 'steps'],
      ['tidy', 'pending', 'finally'],
    ]);
    expect(waiting.steps[0]?.about).toBe('3 of 3 done');
    expect(waiting.waitingFor).toMatchObject([{ kind: 'signal', what: 'the signal deploy.finished for gate' }]);
    const called = await firebreak.get<Run>(`/runs/${waiting.steps[1]?.runs[0]}`);
    expect(called).toMatchObject({ status: 'succeeded', trigger: { type: 'run', runId: id, step: 'call' } });

    const shown = await run('runs', 'show', id);
    expect(shown.stdout).toMatch(/hosts +succeeded +3 +3 of 3 done/);
    expect(shown.stdout).toContain(`run ${called.id}`);
    expect(shown.stdout).toMatch(/tidy +pending +0 +finally/);
    expect(shown.stdout).toContain(`open to you: firebreak signal ${id.slice(-8)} deploy.finished`);

    expect(await post<Problem>(`/runs/${id}/signals/no%20name`)).toMatchObject({ status: 400 });
    expect(await run('signal', id, 'deploy.finished', '--data', '{ok')).toMatchObject({ code: 2 });
    expect(await run('signal', id, 'other', '--data', '1')).toMatchObject({ code: 0 });
    expect(await post(`/runs/${id}/signals/deploy.finished`, { data: { ok: true } })).toMatchObject({
      status: 200,
    });
    const ended = await reach(id, ({ status }) => status === 'succeeded');
    expect(ended.steps.at(-1)).toMatchObject({ step: 'tidy', status: 'succeeded' });
    expect(ended).toMatchObject({ waitingFor: [], orders: ['compensate'] });
    const late = await post<Problem>(`/runs/${id}/signals/deploy.finished`);
    expect(late).toMatchObject({ status: 409, body: { code: 'wrong_state' } });
  });
});

describe('a run that stands still', () => {
  it('says that no worker serves its pool, in lists too', async () => {
    const id = await start('far');
    const { items } = await firebreak.get<{ items: Run[] }>('/runs?playbook=far');
    expect(items).toMatchObject([
      {
        id,
        waitingFor: [
          {
            kind: 'worker',
            what: 'a worker of pool far-away to start only; none lives',
            who: ['whoever runs Firebreak: `firebreak serve --role worker --pool far-away`'],
          },
        ],
        orders: ['cancel', 'pause'],
      },
    ]);
    expect((await run('runs', '--playbook', 'far')).stdout).toContain('a worker of pool far-away');
    expect((await run('runs', 'show', id.slice(-8))).stdout).toContain(
      'waits for a worker of pool far-away to start only; none lives',
    );
    await post(`/runs/${id}/cancel`);
  });

  it('names the kill switch that holds it, and goes on when that is released', async () => {
    const path = '/kill-switches/halting';
    expect(await call<Problem>('PUT', path, {})).toMatchObject({ status: 400, body: { code: 'invalid' } });
    expect(await call<Problem>('PUT', '/kill-switches/none', { reason: 'x' })).toMatchObject({ status: 404 });
    expect(await call('PUT', path, { reason: 'it loops' })).toMatchObject({
      status: 200,
      body: { scope: 'halting', reason: 'it loops', by: { id: `local:${userInfo().username}` } },
    });
    expect(await firebreak.get('/kill-switches')).toMatchObject({ items: [{ scope: 'halting' }], cursor: null });
    const id = await start('halting');
    const held = await firebreak.get<Run>(`/runs/${id}`);
    expect(held.waitingFor).toMatchObject([
      { kind: 'halted', what: `the release of halting, halted by ${userInfo().username}: it loops` },
    ]);
    expect((await run('halted')).stdout).toMatch(/halting +\S+ +\S+ +it loops/);
    expect(await run('release', 'halting')).toMatchObject({ code: 0, stdout: 'Released: halting.\n' });
    await reach(id, ({ status }) => status === 'succeeded');
    expect(await call<Problem>('DELETE', path)).toMatchObject({ status: 409, body: { code: 'wrong_state' } });
  });

  it('is held by a switch for everything, which the API releases', async () => {
    expect(await run('halt')).toMatchObject({ code: 2, stderr: expect.stringContaining('--reason') });
    expect(await run('halt', '--reason', 'the core is moved')).toMatchObject({
      code: 0,
      stdout: 'Halted: everything. Nothing of it starts until `firebreak release`.\n',
    });
    // Another process engaged it; this one looks every two seconds.
    await expect
      .poll(async () => (await call<{ items: unknown[] }>('GET', '/kill-switches')).body.items, { timeout: 30_000 })
      .toHaveLength(1);
    const id = await start('halting');
    const { waitingFor } = await firebreak.get<Run>(`/runs/${id}`);
    expect(waitingFor[0]?.what).toMatch(/^the release of everything, halted by .+: the core is moved$/);
    expect(await call('DELETE', '/kill-switches/*')).toMatchObject({ status: 200, body: { scope: '*' } });
    await reach(id, ({ status }) => status === 'succeeded');
  });
});

describe('a retry', () => {
  it('goes on with the pinned version and says so; with `latest` it is a new run, and says so', async () => {
    const id = await start('broken');
    await reach(id, ({ status }) => status === 'failed');
    const same = await post(`/runs/${id}/retry`, { reason: 'once more' });
    expect(same).toMatchObject({ status: 200, body: { id, retry: { of: id, newRun: false } } });
    expect(same.body.retry.message).toMatch(/goes on with the version it is pinned to, broken 1\.0\.0 .* in force\.$/);
    await reach(id, ({ status }) => status === 'failed');

    put('broken', '1.1.0', `steps: [{ id: only, ${holds} }]\n`);
    await firebreak.killAll();
    await firebreak.start();
    const told = await run('retry', id);
    expect(told.stdout).toMatch(/pinned to, broken 1\.0\.0 .*In force is broken 1\.1\.0/);
    await reach(id, ({ status }) => status === 'failed');
    expect(await post<Problem>(`/runs/${id}/retry`, { latest: true, step: 'only' })).toMatchObject({ status: 422 });
    const fresh = await post(`/runs/${id}/retry`, { latest: true });
    expect(fresh).toMatchObject({
      status: 200,
      body: { playbook: { version: '1.1.0' }, retry: { of: id, newRun: true } },
    });
    expect(fresh.body.retry.message).toMatch(/is a new run of broken 1\.1\.0 .*used broken 1\.0\.0/);
    const before = await firebreak.get<Run>(`/runs/${id}`);
    const after = await reach(fresh.body.id, ({ status }) => status === 'succeeded');
    expect(before.status).toBe('failed');
    expect(after.incidentId).toBe(before.incidentId);
    const ordered = await run('retry', id, '--latest', '--reason', 'again');
    expect(ordered.stdout).toMatch(
      /^Started: run_\w+\. The run is (running|succeeded)\.\nRun run_\w+ is a new run of broken 1\.1\.0/,
    );
  });
});
