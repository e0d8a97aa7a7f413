// Versions of playbooks on real parts where the ledger decides: who brings what to which stage, what that changes for starts, what is refused,
// and that another process follows.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createActions } from '../../src/actions/registry.ts';
import { partSettings } from '../../src/config/parts.ts';
import type { Actor } from '../../src/core/events.ts';
import { createReadLives } from '../../src/engine/playbooks/read-lives.ts';
import type { ChangeControlOperations } from '../../src/ports/change-control.ts';
import type { Operations } from '../../src/ports/operations.ts';
import { Engine } from '../support/cluster/engine.ts';
import { ana, ben, lea } from '../support/engine/in-process.ts';
import { principalOf } from '../support/given/principals.ts';
import { on, playbookText } from '../support/given/texts.ts';

const engine = new Engine('PostgreSQL', {
  changeControl: 'promoted',
  access: { start: 'everyone', order: 'everyone', design: [ana.id, ben.id, 'local:owner'] },
});
engine.playbook('found', '  - { id: a, uses: assert, with: { that: true } }\n');
beforeAll(() => engine.start(), 60_000);
afterAll(() => engine.stop());

const cause = 'test';
const asked = '{ id: a, uses: assert, with: { that: true }, risk: high, approval: { from: ["@sre"], quorum: 1 } }';
const textOf = (name: string, version: string, steps = `  - ${asked}\n`) =>
  playbookText(name, steps, on(name), version);

/** What was answered: the stage, or the refusal. */
async function answer(done: ReturnType<ChangeControlOperations['promotePlaybook']>): Promise<string> {
  const version = await done;
  return version.ok ? `${version.value.ref.version} ${version.value.stage}` : version.error.message;
}
const register = (who: Actor, source: string, operations: Operations = engine.operations) =>
  answer(operations.registerPlaybook({ principal: principalOf(who), cause, source, path: 'it.yaml' }));
type Promotion = Partial<Parameters<ChangeControlOperations['promotePlaybook']>[0]>;
const promote = (who: Actor, playbook: string, version: string, more: Promotion = {}) =>
  answer(
    engine.operations.promotePlaybook({
      ...{ principal: principalOf(who), cause, playbook, version, to: 'live', reason: 'it is good' },
      ...more,
    }),
  );
const rollBack = (playbook: string, version?: string, operations: Operations = engine.operations, by = cause) =>
  answer(
    operations.rollBackPlaybook({ principal: principalOf(ben), cause: by, playbook, version, reason: 'it is bad' }),
  );

/** The version that a start by hand uses; or why there is none. */
async function startedVersion(playbook: string, operations: Operations = engine.operations): Promise<string> {
  const started = await operations.startRun({
    ...{ principal: principalOf(lea), cause, playbook, inputs: {}, incidentId: null },
  });
  return started.ok ? started.value.run.playbook.version : started.error.code;
}

it('a version that is registered starts nothing before somebody else has promoted it, and then every process uses it', async () => {
  const other = await engine.another();
  expect(await register(ana, textOf('restart', '1.0.0'))).toBe('1.0.0 draft');
  expect(await startedVersion('restart')).toBe('not_found');
  expect(await promote(ana, 'restart', '1.0.0')).toMatch(/whoever registered restart 1\.0\.0 .* may not promote it/);
  expect(await promote(lea, 'restart', '1.0.0')).toMatch(/design/);
  expect(await promote(ben, 'restart', '1.0.0')).toBe('1.0.0 live');
  expect(await startedVersion('restart')).toBe('1.0.0');
  expect(await startedVersion('restart', other.operations)).toBe('1.0.0');
  const { receipt } = await engine.alert({ alertname: 'restart', id: 'one' });
  await engine.dealtWith(receipt);
  await engine.started('restart', 3);
});

it('whoever registered the version may deny its steps and not approve them; others may', async () => {
  const runId = await engine.run('restart');
  const approval = await engine.asked(runId);
  expect((await engine.state(runId)).author).toMatchObject({ id: ana.id });
  expect(await engine.decide('approve', approval, ana)).toBe('not_allowed');
  expect(await engine.decide('approve', approval, ben)).toBe('granted');
  const second = await engine.run('restart');
  expect(await engine.decide('deny', await engine.asked(second), ana)).toBe('denied');
});

it('a new version is used from its promotion on, the old one again after a rollback, and runs keep theirs', async () => {
  const before = await engine.run('restart');
  expect(
    await register(
      ana,
      textOf('restart', '1.1.0', `  - ${asked}\n  - { id: b, uses: assert, with: { that: true } }\n`),
    ),
  ).toBe('1.1.0 draft');
  expect(await promote(ben, 'restart', '1.1.0')).toBe('1.1.0 live');
  expect(await startedVersion('restart')).toBe('1.1.0');
  expect((await engine.state(before)).playbook.version).toBe('1.0.0');
  // The request that goes back by one version comes again, because its answer got lost: it goes back by no other.
  for (const _ of ['at first', 'again'])
    expect(await rollBack('restart', undefined, engine.operations, 'api/cmd_back')).toBe('1.0.0 live');
  expect(await startedVersion('restart')).toBe('1.0.0');
  expect(await rollBack('restart', '1.1.0')).toBe('1.1.0 live');
  const { store } = engine.app;
  const reads = createReadLives({ mode: 'promoted', ...store });
  // By the ledger's own instants: two facts may stand in one millisecond of this process's clock.
  const promoted = (await reads.events('restart')).filter(({ type }) => type === 'playbook.promoted');
  const [first, second] = promoted.map(({ at }) => Date.parse(at));
  const liveAt = async (atMs = 0) => (await reads.liveAt('restart', new Date(atMs).toISOString()))?.version;
  expect(await liveAt(first)).toBe('1.0.0');
  expect(await liveAt((second ?? 0) - 1)).toBe('1.0.0');
  expect(await liveAt(second)).toBe('1.1.0');
  expect(await reads.liveAt('restart', '2020-01-01T00:00:00.000Z')).toBeNull();
});

it('a rollback to a version whose action is gone is refused in words', async () => {
  const gone = '  - { id: a, uses: http.request, with: { url: "http://127.0.0.1:1/" } }\n';
  expect(await register(ana, textOf('calls', '1.0.0', gone))).toBe('1.0.0 draft');
  expect(await promote(ben, 'calls', '1.0.0')).toBe('1.0.0 live');
  expect(await register(ana, textOf('calls', '2.0.0'))).toBe('2.0.0 draft');
  expect(await promote(ben, 'calls', '2.0.0')).toBe('2.0.0 live');
  const settings = partSettings(engine.config);
  if (!settings.ok) throw new Error('the settings have faults');
  const actions = new Map([...createActions(settings.value.actions)].filter(([name]) => name !== 'http.request'));
  const poorer = await engine.another({ actions, role: 'web' });
  expect(await rollBack('calls', '1.0.0', poorer.operations)).toMatch(
    /calls 1\.0\.0 .* cannot run any more, so that nothing is rolled back: .*there is no action `http\.request`/,
  );
  expect(await rollBack('calls', '1.0.0')).toBe('1.0.0 live');
});

it('what recorded runs would do otherwise without a changed step is said, and must be explained', async () => {
  expect(await register(ana, textOf('noisy', '1.0.0', '  - { id: a, uses: assert, with: { that: true } }\n'))).toBe(
    '1.0.0 draft',
  );
  expect(await promote(ben, 'noisy', '1.0.0')).toBe('1.0.0 live');
  const { receipt } = await engine.alert({ alertname: 'noisy', id: 'two' });
  await engine.dealtWith(receipt);
  const [run] = await engine.started('noisy');
  await engine.reaches(run?.runId ?? '', 'succeeded');
  const deaf = playbookText('noisy', '  - { id: a, uses: assert, with: { that: true } }\n', on('other'), '2.0.0');
  expect(await register(ana, deaf)).toBe('2.0.0 draft');
  expect(await promote(ben, 'noisy', '2.0.0')).toMatch(/1 of the last 1 recorded runs .* would start it no more/);
  expect(await promote(ben, 'noisy', '2.0.0', { explain: 'the alert has another name now' })).toBe('2.0.0 live');
  const [promoted] = (await createReadLives({ mode: 'promoted', ...engine.app.store }).events('noisy')).slice(-1);
  expect(promoted?.data).toMatchObject({
    proof: { replay: { runs: 1, different: 1, unexplained: 1 }, explained: 'the alert has another name now' },
  });
});

it('tests that fail keep a version from being promoted', async () => {
  const folder = engine.config.playbooks;
  const text = textOf('tested', '1.0.0', '  - { id: a, uses: assert, with: { that: true } }\n');
  writeFileSync(join(folder, 'tested.yaml'), text);
  const test = (outcome: string) => `cases:\n  - name: it works\n    expect: { outcome: ${outcome} }\n`;
  writeFileSync(join(folder, 'tested.test.yaml'), test('failed'));
  expect(await register(ana, text)).toBe('1.0.0 draft');
  expect(await promote(ben, 'tested', '1.0.0')).toMatch(
    /tests of tested fail with 1\.0\.0: it works: the run is succeeded/,
  );
  writeFileSync(join(folder, 'tested.test.yaml'), test('succeeded'));
  expect(await promote(ben, 'tested', '1.0.0')).toBe('1.0.0 live');
});

it('what is found in the folder is a draft that nobody answers for, and a reload with a fault changes nothing', async () => {
  expect(await promote(ben, 'found', '1.0.0')).toMatch(/nobody answers for found 1\.0\.0/);
  const folder = engine.config.playbooks;
  writeFileSync(join(folder, 'late.yaml'), textOf('late', '1.0.0'));
  writeFileSync(join(folder, 'bad.yaml'), 'name: bad');
  const reload = () => engine.operations.reload({ principal: principalOf(ana), cause });
  expect(await reload()).toMatchObject({
    ok: false,
    error: { message: expect.stringMatching(/^nothing was reloaded/) },
  });
  const names = async () => [...(await engine.app.store.lives.heads()).keys()];
  expect(await names()).not.toContain('late');
  writeFileSync(join(folder, 'bad.yaml'), textOf('bad', '1.0.0'));
  expect(await reload()).toEqual({
    ok: true,
    value: { changes: expect.arrayContaining(['late 1.0.0 is registered as a draft']) },
  });
  expect(readdirSync(folder)).toContain('late.yaml');
  expect(await promote(ana, 'late', '1.0.0')).toMatch(/whoever registered/);
  expect(await promote(ben, 'late', '1.0.0')).toBe('1.0.0 live');
});
