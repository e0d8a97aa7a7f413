// Policies and freezes through the engine: who may make an exception, how rules come into force, what they were stays readable.
import { expect, it } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import { compileRulebook, judge } from '../../src/core/policy/judge.ts';
import type { JudgedFact } from '../../src/core/policy/policy-events.ts';
import type { Rulebook } from '../../src/core/policy/rulebook.ts';
import { limitsOf } from '../../src/engine/policy/act-limits.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { actions, ana, ben, playbook, start } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';
import { policy, rulebook } from '../support/given/rules.ts';

const book = { ...playbook('  - { id: a, uses: shell.run, with: { command: [/bin/true] } }'), name: 'restart' };
const caller = (who: typeof ana) => ({ principal: principalOf(who), cause: 'test' });
const access = Access.parse({ start: 'everyone', order: 'everyone', bypass: [ana.id] });
const freeze = { freezes: [{ name: 'year-end', reason: 'books close', from: start, to: '2026-03-02T00:00:00Z' }] };

async function world(rules: Rulebook) {
  const engines = new MemoryEngines();
  engines.publish(book);
  const directory = () => ({
    belongsTo: async (who: { type: string; id?: string }, names: readonly string[]) =>
      names.filter((name) => name === 'everyone' || name === who.id),
    members: async () => [],
    standing: async () => 'active' as const,
  });
  const engine = engines.engine({ access }, { directory: directory as never });
  await engine.takeOverRules(rules, 'the folder');
  await engine.start();
  return { engines, engine };
}
const begin = (engine: Awaited<ReturnType<typeof world>>['engine'], who = ana, exception?: string) =>
  engine.operations.startRun({
    ...caller(who),
    playbook: 'restart',
    inputs: {},
    incidentId: null,
    ...(exception !== undefined && { exception }),
  });
const systemTypes = ({ tables }: MemoryEngines) => (tables.events.get('system') ?? []).map(({ type }) => type);

it('a change of the rules is judged by the rules before it, and recorded once', async () => {
  const guard = policy(
    '  - { id: g, at: policyChange, when: change.removed.size() > 0, effect: { deny: nothing goes } }',
  );
  const { engines, engine } = await world(rulebook([guard]));
  expect(await engine.takeOverRules(rulebook([guard]), 'the folder')).toEqual({ outcome: 'in_force', isOther: false });
  expect(await engine.takeOverRules(rulebook([]), 'the folder')).toMatchObject({ outcome: 'refused' });
  expect(await engine.takeOverRules(rulebook([]), 'the folder')).toMatchObject({ outcome: 'refused' });
  expect(engine.rules.rules().book.policies).toHaveLength(1);
  expect(systemTypes(engines)).toEqual(['rulebook.changed', 'rulebook.refused']);
  const refused = compileRulebook(rulebook([])).digest;
  expect(await engine.rules.recorded()).toEqual({ since: expect.stringMatching(/^2026/), refused });
});

it('a command that changes no rules goes by those that are recorded, whatever it was started with', async () => {
  const { engines } = await world(rulebook([policy('  - { id: a, at: start, effect: { deny: not now } }')]));
  const visitor = engines.engine({ worker: 'wrk_2' });
  expect(visitor.rules.rules().book.policies).toEqual([]);
  await visitor.adoptRules();
  expect(await begin(visitor)).toMatchObject({
    ok: false,
    error: { message: expect.stringMatching(/policy p \(a\) denies it: not now/) },
  });
});

it('what one process puts in force holds in the others: in a start by hand at once, else at their next look', async () => {
  const { engines, engine } = await world(rulebook([policy('  - { id: a, at: start, effect: { deny: not now } }')]));
  const other = engines.engine({ worker: 'wrk_2', access });
  await other.takeOverRules(engine.rules.rules().book, 'the folder');
  await engine.takeOverRules(rulebook([policy('  - { id: a, at: start, effect: { deny: never } }')]), 'the folder');
  expect(other.rules.rules().digest).not.toBe(engine.rules.rules().digest);
  expect(await begin(other)).toMatchObject({
    ok: false,
    error: { message: expect.stringMatching(/denies it: never/) },
  });
  await engine.takeOverRules(rulebook([], freeze), 'the folder');
  await other.reconcile();
  expect(other.rules.freezes().items).toMatchObject([{ freeze: { name: 'year-end' } }]);
  expect(other.rules.rules().digest).toBe(engine.rules.rules().digest);
});

it('rules that were read before a change do not take its place', async () => {
  const first = rulebook([policy('  - { id: a, at: start, effect: { deny: first } }')]);
  const { engines, engine } = await world(first);
  const { byDigest } = engines.rulebooks;
  const held: { go?: () => void } = {};
  const waiting = new Promise<void>((go) => {
    held.go = go;
  });
  let asked = 0;
  // The first that is asked for comes late.
  const late = (digest: string) => {
    asked += 1;
    return asked === 1 ? waiting.then(() => byDigest(digest)) : byDigest(digest);
  };
  const slow = engines.engine({ worker: 'wrk_2' }, { rulebooks: { ...engines.rulebooks, byDigest: late } });
  const adopting = slow.adoptRules();
  const second = rulebook([policy('  - { id: a, at: start, effect: { deny: second } }')]);
  const changing = slow.takeOverRules(second, 'the folder');
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  held.go?.();
  await Promise.all([adopting, changing]);
  expect(slow.rules.rules().digest).toBe(compileRulebook(second).digest);
  expect(engine.rules.rules().digest).toBe(compileRulebook(first).digest);
});

it('an exception from a freeze takes the right bypass, at a start and in a run', async () => {
  const { engine } = await world(rulebook([]));
  const started = await begin(engine);
  if (!started.ok) throw new Error(started.error.message);
  await engine.takeOverRules(rulebook([], freeze), 'the folder');
  expect(await begin(engine)).toMatchObject({ ok: false, error: { message: expect.stringMatching(/year-end/) } });
  expect(await begin(engine, ben, 'urgent')).toMatchObject({
    ok: false,
    error: { code: 'not_allowed', right: 'bypass' },
  });
  expect(await begin(engine, ana, 'urgent')).toMatchObject({
    ok: true,
    value: { run: { exception: { reason: 'urgent' } } },
  });
  const runId = started.value.run.runId;
  expect(await engine.rules.exceptRun({ ...caller(ben), runId, reason: 'urgent' })).toMatchObject({
    ok: false,
    error: { right: 'bypass' },
  });
});

it('what was judged is judged the same from what was kept, whatever the rules are by now', async () => {
  const { engines, engine } = await world(
    rulebook([policy('  - { id: a, when: step.action == "shell.run", effect: { note: seen } }')]),
  );
  await begin(engine);
  await engine.takeOverRules(rulebook([policy('  - { id: a, effect: { deny: other } }')]), 'the folder');
  const events = [...engines.tables.events.values()].flat();
  const fact = events.find(({ type }) => type === 'policy.judged')?.data as JudgedFact | undefined;
  const kept = await engines.rulebooks.byDigest(fact?.rulebook ?? '');
  if (!fact || !kept) throw new Error('the judgement or its rules are not kept');
  const inputs = Object.fromEntries(Object.entries(fact.saw).map(([name, value]) => [name, () => value]));
  const again = judge(compileRulebook(kept), 'step', { inputs, instant: start, freezes: [] });
  expect(again?.hits).toEqual(fact.rules);
  expect(engine.rules.rules().digest).not.toBe(fact.rulebook);
});

it('a step does not use a secret of another environment, nor reach what is not of its own', async () => {
  const { engines, engine } = await world(rulebook([]));
  const started = await begin(engine);
  if (!started.ok) throw new Error(started.error.message);
  const rules = compileRulebook(rulebook([], { environments: { staging: { secrets: ['mine'], hosts: ['*.stage'] } } }));
  const deps = { rules: () => rules, secrets: (name: string) => `value of ${name}`, actions };
  const limits = limitsOf(deps, { playbook: book, run: { ...started.value.run, environment: 'staging' }, step: 'a' });
  expect([limits.secrets('mine'), limits.refused()]).toEqual(['value of mine', null]);
  expect(limits.refuses({ host: 'api.stage' })).toBe(null);
  expect([limits.secrets('prod'), limits.refused()]).toEqual([
    undefined,
    expect.stringMatching(/the secret prod is not among/),
  ]);
  expect(limits.refuses({ host: 'api.prod' })).toMatch(/the host api.prod/);
  expect(engines.errors).toEqual([]);
});

it('explains without a run what the rules would say, at another time and in another environment', async () => {
  const { engine } = await world(
    rulebook([
      policy(
        '  - { id: n, when: environment == "production" && time.hour == 3, effect: { requireApproval: { from: ["@sre"], quorum: 2 } } }',
      ),
    ]),
  );
  const asked = { principal: principalOf(ana), playbook: 'restart', inputs: {}, environment: 'production' };
  const explained = await engine.rules.explainRules({ ...asked, at: '2026-03-01T03:00:00.000Z' });
  expect(explained).toMatchObject({
    ok: true,
    value: {
      environment: { name: 'production' },
      items: [
        { step: null, outcome: 'go' },
        { step: 'a', outcome: 'ask', rule: { quorum: 2 } },
      ],
    },
  });
  expect(await engine.rules.explainRules(asked)).toMatchObject({
    ok: true,
    value: { items: [{}, { step: 'a', outcome: 'go' }] },
  });
  expect(await engine.rules.explainRules({ ...asked, step: 'nope' })).toMatchObject({ ok: false });
});
