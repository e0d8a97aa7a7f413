// Who does the work on a real engine: pools, workers that lack an action, workers that die, newer versions of a playbook.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { ActionSettings, createActions } from '../../src/actions/registry.ts';
import { waitingFor } from '../../src/core/run/owed.ts';
import { nodeOf } from '../../src/core/run/state.ts';
import type { Engine } from '../support/cluster/engine.ts';
import { ana } from '../support/engine/in-process.ts';
import { onBothQueues } from '../support/engine/on-both-queues.ts';
import { principalOf } from '../support/given/principals.ts';
import { get, on, playbookText, post } from '../support/given/texts.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** A worker in a process of its own, ready for steps of its pool. */
async function workerProcess(engine: Engine, pool: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [cli, 'serve', '--role', 'worker', '--pool', pool], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH ?? '', LOG_FORMAT: 'json', ...engine.environment() },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
      if (said.includes('Firebreak is ready')) resolve();
    });
    child.once('exit', () => reject(new Error(`the worker ended: ${said}`)));
  });
  return child;
}

onBothQueues('workers', (engine) => {
  engine.playbook(
    'pooled',
    `  - { id: a, ${get('/a')} }
  - { id: b, runsOn: dmz, ${get('/b')} }
  - { id: c, ${get('/c')} }`,
  );

  it('do the steps of their own pool, and wait for the others', async () => {
    const target = await engine.target();
    const id = await engine.run('pooled', { target });
    await engine.node(id, 'a', 'succeeded');
    expect(waitingFor(await engine.state(id))).toMatchObject([{ kind: 'worker' }]);
    const inDmz = await engine.another({ role: 'worker', pool: 'dmz' });
    expect(inDmz.url).toBeNull();
    await engine.reaches(id, 'succeeded');
    const workers = (await engine.events(id)).flatMap(({ type, data }) =>
      type === 'step.started' ? [data.worker] : [],
    );
    expect(workers[0]).toBe(workers[2]);
    expect(workers[1]).not.toBe(workers[0]);
    expect(target.paths()).toEqual(['/a', '/b', '/c']);
  });

  engine.playbook('shared', `  - { id: a, ${post('/a')} }\n  - { id: b, ${post('/b')} }`);

  it('share the work, and do no step twice', async () => {
    const target = await engine.target();
    const second = await engine.another({ role: 'all' });
    const order = {
      principal: principalOf(ana),
      cause: 'test',
      playbook: 'shared',
      inputs: { target: target.url },
      incidentId: null,
    };
    const starts = Array.from({ length: 60 }, (_, i) => (i % 2 ? second : engine.app).operations.startRun(order));
    const ids = (await Promise.all(starts)).map((started) => (started.ok ? started.value.run.runId : ''));
    for (const id of ids) await engine.reaches(id, 'succeeded');
    expect(target.calls.map(({ key }) => key).sort()).toEqual(ids.flatMap((id) => [`${id}/a/1`, `${id}/b/1`]).sort());
  });

  it('learn of a cancel that was ordered elsewhere', async () => {
    const target = await engine.target();
    await engine.another({ role: 'worker', pool: 'dmz' });
    const held = target.hold('/b');
    const id = await engine.run('pooled', { target });
    await held.arrived();
    expect(await engine.order(id, 'cancel')).toBe('cancelling');
    await engine.reaches(id, 'cancelled');
    expect(target.paths()).toEqual(['/a', '/b']);
  });

  engine.playbook('able', '  - { id: a, runsOn: able, uses: assert, with: { that: true } }');

  it('leave alone what they have no action for, until one comes that has it', async () => {
    const all = createActions(ActionSettings.parse({}));
    const fewer = new Map([...all].filter(([name]) => name !== 'assert'));
    const lacking = await engine.another({ role: 'worker', pool: 'able', actions: fewer }, new Map());
    const id = await engine.run('able');
    // It goes the way of every wake-up of that pool, so the one who lacks the action has seen the run by then.
    await engine.reaches(await engine.run('able-witness'), 'succeeded');
    expect(waitingFor(await engine.state(id))).toMatchObject([
      { kind: 'worker', what: expect.stringContaining('worker') },
    ]);
    expect(await engine.story(id)).toEqual(['run.started']);
    await lacking.stop();
    await engine.another({ role: 'worker', pool: 'able' });
    await engine.reaches(id, 'succeeded');
  });
  engine.playbook(
    'able-witness',
    '  - { id: a, runsOn: able, uses: http.request, with: { url: "http://127.0.0.1:9/" }, onFailure: continue, retry: { maxAttempts: 1 } }',
  );

  const aging = (path: string) => `  - { id: w, uses: wait, with: { signal: go } }\n  - { id: a, ${get(path)} }`;
  engine.playbook('aging', aging('/v1'));

  it('finish a run with the version of the playbook that it was started with', async () => {
    const target = await engine.target();
    const old = await engine.run('aging', { target });
    const newer = await engine.another(
      { role: 'all' },
      new Map([['aging', playbookText('aging', aging('/v2'), '', '2.0.0')]]),
    );
    const order = { principal: principalOf(ana), cause: 'test' };
    const inputs = { target: target.url };
    const started = await newer.operations.startRun({ ...order, playbook: 'aging', inputs, incidentId: null });
    const fresh = started.ok ? started.value.run.runId : '';
    for (const runId of [old, fresh]) {
      await newer.operations.signalRun({ ...order, runId, name: 'go', data: null });
      await engine.reaches(runId, 'succeeded');
    }
    expect(target.paths()).toEqual(['/v1', '/v2']);
    expect((await engine.state(old)).playbook.version).toBe('1.0.0');
    expect((await engine.state(fresh)).playbook.version).toBe('2.0.0');
  });

  // Those of the job queue too, where it is in PostgreSQL.
  const cutConnections = () =>
    engine.sql(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`);

  it('live on when a connection is cut that is in use but silent', async () => {
    const { snapshot } = engine.app.store;
    const read = snapshot(async (record) => {
      await cutConnections();
      for await (const _ of record.streamIds());
    });
    await expect(read).rejects.toThrow();
    // An error that nobody listens for would have ended the process by now.
    await engine.run('able-witness');
  });

  engine.playbook(
    'cut-off',
    ['a', 'b', 'c', 'd'].map((name) => `  - { id: ${name}, ${post(`/${name}`)}, replay: safe }`).join('\n'),
    on('CutOff'),
  );

  it('go on where they were when their connections to the database are cut, again and again', async () => {
    const target = await engine.target();
    const alerts = Array.from({ length: 40 }, (_, i) => ({ alertname: 'CutOff', id: `cut-off-${i}`, target }));
    const held = target.hold('/a');
    await Promise.all(alerts.map((alert) => engine.alert(alert)));
    await held.arrived(alerts.length);
    held.release();
    for (const calls of [50, 70, 90, 110]) {
      await engine.until(`${calls} calls`, async () => target.calls.length >= calls);
      await cutConnections();
    }
    const succeeded = `SELECT count(*)::int AS count FROM runs WHERE playbook = 'cut-off' AND status = 'succeeded'`;
    await engine.until('all runs to succeed', async () => (await engine.sql(succeeded))[0]?.count === alerts.length);
    const runs = await engine.runsOf('cut-off');
    // A result that was recorded although its answer was lost is reported twice; no step is done under two keys.
    const keys = runs.flatMap(({ runId }) => ['a', 'b', 'c', 'd'].map((step) => `${runId}/${step}/1`));
    expect([...new Set(target.calls.map(({ key }) => key))].sort()).toEqual(keys.sort());
  });

  const doomed = (name: string, step: string) => engine.playbook(name, `  - { id: a, runsOn: doomed, ${step} }`);
  doomed('doomed-safe', `${post('/safe')}, replay: safe`);
  doomed('doomed-ask', post('/ask'));
  doomed(
    'doomed-acted',
    `${post('/acted')}, verify: { ${get('/seen')}, until: "output.status == 200", every: 10ms, within: 1m }`,
  );
  // `key` names a file: it is the effect. With `<file>.wait` there, the command acts and lingers; else it lingers, or acts.
  const script =
    'if [ -e "$0.lingers" ]; then touch "$0"; exec sleep 5; elif [ -e "$0.go" ]; then touch "$0"; else touch "$0.idle"; exec sleep 5; fi';
  doomed(
    'doomed-probe',
    `uses: shell.run, with: { command: [/bin/sh, -c, '${script}', "\${{ inputs.key }}"], probe: [/usr/bin/test, -e, "\${{ inputs.key }}"] }, replay: probe`,
  );

  it('that die leave steps whose outcome is unknown: repeated, asked about or probed, never done blindly', async () => {
    const target = await engine.target();
    const folder = mkdtempSync(join(tmpdir(), 'firebreak-effects-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const [did, didNot] = [join(folder, 'did'), join(folder, 'did-not')];
    writeFileSync(`${did}.lingers`, '');
    const holds = ['/safe', '/ask', '/seen'].map((path) => target.hold(path));
    const worker = await workerProcess(engine, 'doomed');
    const safe = await engine.run('doomed-safe', { target });
    const ask = await engine.run('doomed-ask', { target });
    const askAgain = await engine.run('doomed-ask', { target });
    const acted = await engine.run('doomed-acted', { target });
    const probeDone = await engine.run('doomed-probe', { key: did });
    const probeNot = await engine.run('doomed-probe', { key: didNot });
    await Promise.all([holds[0]?.arrived(), holds[1]?.arrived(2), holds[2]?.arrived()]);
    await expect
      .poll(() => existsSync(did) && existsSync(`${didNot}.idle`), { timeout: 10_000, interval: 10 })
      .toBe(true);
    worker.kill('SIGKILL');
    // Its last sign of life is forgotten, as it is by itself after some seconds of silence.
    await engine.sql(`DELETE FROM workers WHERE pool = 'doomed'`);

    const unknown = await engine.node(ask, 'a', 'unknown');
    expect(unknown.reason).toMatch(/the worker wrk_\w+ is gone; whether a took effect is unknown/);
    expect(waitingFor(await engine.state(ask))).toMatchObject([{ kind: 'decision' }]);
    await engine.node(askAgain, 'a', 'unknown');
    for (const id of [safe, acted, probeDone, probeNot]) await engine.node(id, 'a', 'ready');
    writeFileSync(`${didNot}.go`, '');
    for (const hold of holds) hold.release();
    await engine.another({ role: 'worker', pool: 'doomed' });

    for (const id of [safe, acted, probeDone, probeNot]) await engine.reaches(id, 'succeeded');
    expect(target.callsOf('/safe').map(({ key }) => key)).toEqual([`${safe}/a/1`, `${safe}/a/1`]);
    expect(target.callsOf('/acted')).toHaveLength(1);
    expect(nodeOf(await engine.state(probeDone), 'a')).toMatchObject({ attempts: 2 });
    expect(existsSync(didNot)).toBe(true);
    const resolutions = async (id: string) =>
      (await engine.events(id)).flatMap(({ type, data }) => (type === 'step.outcome_unknown' ? [data.resolution] : []));
    expect(await resolutions(safe)).toEqual(['repeat']);
    expect(await resolutions(acted)).toEqual(['repeat']);
    expect(await resolutions(probeDone)).toEqual(['probe']);
    expect(await resolutions(ask)).toEqual(['ask']);

    expect(await engine.order(ask, 'done')).toBe('succeeded');
    expect(await engine.order(askAgain, 'retry')).toBe('running');
    await engine.reaches(askAgain, 'succeeded');
    expect(
      target
        .callsOf('/ask')
        .map(({ key }) => key)
        .sort(),
    ).toEqual([`${ask}/a/1`, `${askAgain}/a/1`, `${askAgain}/a/2`].sort());
  });
});
