// What policies may say and what follows from it: they are read whole or not at all, asked in one order, and can only narrow.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApprovalRule } from '../../src/core/playbook/playbook.ts';
import { environmentOfRun, environmentOfStep, outsideOf } from '../../src/core/policy/environment.ts';
import { historyOf } from '../../src/core/policy/history.ts';
import { compileRulebook, denialOf, hitsInWords, judge } from '../../src/core/policy/judge.ts';
import { type DemandedApproval, rulebookDigest, type Tightening } from '../../src/core/policy/rulebook.ts';
import { isCovered, tighten } from '../../src/core/policy/tighten.ts';
import { policy, policyFaults, rulebook } from '../support/given/rules.ts';

const at = '2026-03-01T00:00:00.000Z';
const asked = (rules: string, inputs: { [name: string]: () => never | string | object } = {}) =>
  judge(compileRulebook(rulebook([policy(rules)])), 'step', { inputs: inputs as never, instant: at, freezes: [] });

describe('a policy file', () => {
  it('tells an unknown name with its line and column', () => {
    expect(policyFaults('  - { id: a, when: enviroment == "x", effect: { deny: no } }')).toEqual([
      expect.stringMatching(/^4:14 there is no `enviroment` at step; did you mean `environment`\?/),
    ]);
  });
  it('tells an unknown member, a condition that is no yes or no, and a step where there is none', () => {
    expect(policyFaults('  - { id: a, when: playbook.nam == "x", effect: { deny: no } }')[0]).toMatch(
      /there is no `nam` here/,
    );
    expect(policyFaults('  - { id: a, when: environment, effect: { deny: no } }')[0]).toMatch(
      /yields a text; it must be true or false/,
    );
    expect(policyFaults('  - { id: a, at: start, when: step.undo, effect: { deny: no } }')[0]).toMatch(
      /there is no `step` at start/,
    );
  });
  it('cannot allow anything, whatever the key is called', () => {
    for (const key of ['allow: true', 'permit: yes', 'skipApproval: true'])
      expect(policyFaults(`  - { id: a, effect: { ${key} } }`).join()).toMatch(/a policy cannot allow anything/);
  });
  it('cannot loosen: what makes an approval stricter is true or left out', () => {
    expect(policyFaults('  - { id: a, effect: { tighten: { excludeRequester: false } } }')[0]).toMatch(/cannot loosen/);
    expect(policyFaults('  - { id: a, effect: { tighten: { quorum: 0 } } }')[0]).toMatch(/must be 1 at least/);
    expect(policyFaults('  - { id: a, effect: { tighten: {} } }')[0]).toMatch(/must say what is made stricter/);
  });
  it('that contradicts itself is a fault: denied and asked, asked of nobody, asked about an order', () => {
    expect(policyFaults('  - { id: a, effect: { deny: no, requireApproval: { from: ["@x"] } } }')[0]).toMatch(
      /contradicts itself/,
    );
    expect(policyFaults('  - { id: a, effect: { requireApproval: { from: [] } } }')[0]).toMatch(
      /must name who is asked/,
    );
    expect(policyFaults('  - { id: a, at: order, effect: { tighten: { quorum: 2 } } }')[0]).toMatch(
      /has no effect at order/,
    );
    expect(policyFaults('  - { id: a, effect: { deny: x } }\n  - { id: a, effect: { deny: y } }')[0]).toMatch(
      /^5:7 the id `a` is used twice/,
    );
  });
});

const conditions = [
  'environment == "production"',
  '"production" == environment',
  'target.startsWith("prod-")',
  'time.hour >= 20',
  'time.hour < 9',
  'environment == "staging"',
  'time.weekend',
  'plan.steps.size() > 1',
  '(step.risk == "high" || step.undo)',
  'step.with.replicas > 3',
  'inputs.missing == "x"',
];

describe('a judgement', () => {
  it('of many rules in several zones is that of each rule alone, whatever parts they have in common', () => {
    const when = fc
      .array(fc.constantFrom(...conditions), { minLength: 1, maxLength: 3 })
      .map((all) => all.join(' && '));
    const written = fc.array(fc.record({ when, zone: fc.constantFrom('UTC', 'Asia/Tokyo') }), {
      minLength: 2,
      maxLength: 8,
    });
    const seen = fc.record({
      environment: fc.constantFrom('production', 'staging'),
      target: fc.constantFrom('prod-db', 'db'),
      hour: fc.integer({ min: 0, max: 23 }),
      risk: fc.constantFrom('low', 'high'),
      undo: fc.boolean(),
      steps: fc.integer({ min: 0, max: 3 }),
      replicas: fc.constantFrom(2, 5, 'many', null),
    });
    const property = fc.property(written, seen, (rules, { environment, target, hour, risk, undo, steps, replicas }) => {
      const policies = rules.map((rule, n) =>
        policy(`  - { id: r, when: '${rule.when}', effect: { note: n } }`, {
          name: `p${n}`,
          rest: `timeZone: ${rule.zone}\n`,
        }),
      );
      const inputs = {
        environment: () => environment,
        target: () => target,
        plan: () => ({ steps: Array(steps).fill({}) }),
        step: () => ({ risk, undo, with: { replicas } }),
        inputs: () => ({}),
      };
      const instant = `2026-03-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
      const hitsOf = (of: typeof policies) =>
        judge(compileRulebook(rulebook(of)), 'step', { inputs, instant, freezes: [] })?.hits ?? [];
      expect(hitsOf(policies)).toEqual(policies.flatMap((one) => hitsOf([one])));
    });
    fc.assert(property, { numRuns: 100 });
  });
  it('asks the rules in the order they are written and answers the same each time', () => {
    const rules = '  - { id: b, effect: { note: second } }\n  - { id: a, effect: { deny: first } }';
    expect(asked(rules)?.hits.map(({ rule }) => rule)).toEqual(['b', 'a']);
    expect(asked(rules)).toEqual(asked(rules));
  });
  it('of a rule that cannot be evaluated is a denial, in words', () => {
    const found = asked('  - { id: a, when: inputs.size > 3, effect: { note: x } }', { inputs: () => ({}) });
    expect(denialOf(found?.hits ?? [])).toMatch(/policy p \(a\) denies it: it cannot be judged \(no such key: size/);
  });
  it('of a rule that costs too much is a denial', () => {
    const list = Array.from({ length: 300 }, (_, i) => i);
    const found = asked(
      '  - { id: a, when: "inputs.l.exists(x, inputs.l.exists(y, x + y == -1))", effect: { note: x } }',
      {
        inputs: () => ({ l: list }),
      },
    );
    expect(denialOf(found?.hits ?? [])).toMatch(/more than 10000 steps/);
  });
  it('sees the calendar of the zone of its policy', () => {
    const rules =
      '  - { id: night, when: time.hour == 1 && time.weekday == "sunday" && time.weekend, effect: { deny: night } }';
    const book = rulebook([policy(rules, { rest: 'timeZone: Europe/Berlin\n' })]);
    expect(judge(compileRulebook(book), 'step', { inputs: {}, instant: at, freezes: [] })?.saw).toMatchObject({
      'time Europe/Berlin': { hour: 1, zone: 'Europe/Berlin' },
    });
  });
  it('says in one line what it asks of people', () => {
    const rules = '  - { id: a, effect: { tighten: { quorum: 2, stepUp: true } } }';
    expect(hitsInWords(asked(rules)?.hits ?? [])).toEqual(['Policy p asks two people, with a passkey']);
  });
  it('of a run without a success in its history finds no recent one', () => {
    const runs = [{ status: 'failed', startedAt: at, finishedAt: at, targets: ['db'] }];
    expect(historyOf(runs, 'db', at).target).toMatchObject({
      runs: 1,
      failures: 1,
      succeeded: false,
      minutesSinceSuccess: 1_000_000_000,
    });
  });
});

const names = fc.uniqueArray(fc.constantFrom('@a', '@b', '@c'), { minLength: 1 });
const stricter: fc.Arbitrary<Tightening> = fc.record(
  {
    quorum: fc.integer({ min: 1, max: 20 }),
    expiresInMs: fc.integer({ min: 1000, max: 9_000_000 }),
    excludeRequester: fc.constant(true as const),
    stepUp: fc.constant(true as const),
  },
  { requiredKeys: [] },
);
const demand: fc.Arbitrary<DemandedApproval> = fc
  .tuple(names, fc.integer({ min: 1, max: 20 }), stricter)
  .map(([from, quorum, rest]) => ({ ...rest, from, quorum }));
const rule: fc.Arbitrary<ApprovalRule> = fc.record({
  from: names,
  quorum: fc.integer({ min: 1, max: 20 }),
  expiresInMs: fc.integer({ min: 1000, max: 9_000_000 }),
  escalate: fc.uniqueArray(fc.constantFrom('@a', '@d')),
  excludeRequester: fc.boolean(),
});
const demands = fc.record({ ask: fc.array(demand, { maxLength: 3 }), tighten: fc.array(stricter, { maxLength: 3 }) });

it('whatever is demanded, no approval is ever loosened, and asking twice changes nothing more', () => {
  fc.assert(
    fc.property(rule, demands, (own, wanted) => {
      const found = tighten(own, wanted);
      if (found.outcome === 'contradiction') return;
      const now = found.rule;
      if (!now) throw new Error('a step that asks people asks nobody any more');
      expect(now.quorum).toBeGreaterThanOrEqual(own.quorum);
      expect(now.expiresInMs).toBeLessThanOrEqual(own.expiresInMs);
      expect(own.from).toEqual(expect.arrayContaining(now.from));
      expect(own.escalate).toEqual(expect.arrayContaining(now.escalate));
      expect(now.excludeRequester || !own.excludeRequester).toBe(true);
      for (const one of wanted.ask) {
        expect(now.quorum).toBeGreaterThanOrEqual(one.quorum);
        expect(one.from).toEqual(expect.arrayContaining(now.from));
      }
      expect(tighten(now, wanted)).toEqual(found);
      expect(isCovered(now, wanted)).toBe(true);
    }),
  );
});

it('more demands never ask less than fewer of them', () => {
  fc.assert(
    fc.property(rule, demands, demand, (own, wanted, one) => {
      const [few, more] = [tighten(own, wanted), tighten(own, { ...wanted, ask: [...wanted.ask, one] })];
      if (few.outcome === 'contradiction') return void expect(more.outcome).toBe('contradiction');
      if (more.outcome === 'contradiction' || !few.rule) return;
      expect(more.rule?.quorum).toBeGreaterThanOrEqual(few.rule.quorum);
      expect(few.rule.from).toEqual(expect.arrayContaining(more.rule?.from ?? []));
    }),
  );
});

it('two lists of people without a name in common are a contradiction, and nobody is asked', () => {
  const own = { from: ['@a'], quorum: 1, expiresInMs: 1000, escalate: [], excludeRequester: false };
  expect(tighten(own, { ask: [{ from: ['@b'], quorum: 1 }], tighten: [] })).toMatchObject({ outcome: 'contradiction' });
});

describe('an environment', () => {
  const book = rulebook([], {
    environments: {
      production: {
        services: ['checkout*'],
        targets: ['prod-*'],
        integrations: ['am-prod'],
        secrets: ['deployKey'],
        hosts: ['*.prod.example.com'],
        commands: ['/bin/restart'],
      },
      staging: {},
    },
  });
  const of = (inputs: { [name: string]: string }, playbook: { environment?: string } = {}, integration?: string) =>
    environmentOfRun(book, { inputs, playbook: { name: 'p', ...playbook }, integration });
  it('of a run is what its input says, else its playbook, else its integration, else its service', () => {
    expect(of({ environment: 'staging', service: 'checkout' }, {}, 'am-prod')).toMatchObject({
      value: { name: 'staging' },
    });
    expect(of({ service: 'checkout' }, { environment: 'staging' })).toMatchObject({ value: { name: 'staging' } });
    expect(of({}, {}, 'am-prod')).toEqual({
      ok: true,
      value: { name: 'production', because: 'the integration am-prod' },
    });
    expect(of({ service: 'checkout-api' })).toMatchObject({ value: { name: 'production' } });
    expect(of({})).toMatchObject({ value: { name: null } });
  });
  it('that there is not, or that two say differently, is refused: a slip must not lead around a policy', () => {
    expect(of({ environment: 'prod' })).toMatchObject({
      ok: false,
      error: expect.stringMatching(/no environment prod/),
    });
    expect(of({ environment: 'staging' }, { environment: 'production' })).toMatchObject({ ok: false });
  });
  it('of a step is that of its target, and a run of another does not touch it', () => {
    expect(environmentOfStep(book, null, 'prod-db')).toMatchObject({ value: { name: 'production' } });
    expect(environmentOfStep(book, 'staging', 'prod-db')).toMatchObject({
      ok: false,
      error: expect.stringMatching(/belongs to production/),
    });
  });
  it('limits secrets, hosts and commands to its lists, and nothing where it has none', () => {
    const [production, staging] = book.environments;
    expect(outsideOf(production, { secret: 'other' })).toMatch(/environments.production.secrets/);
    expect(outsideOf(production, { host: 'api.example.com' })).toMatch(/hosts/);
    expect(outsideOf(production, { host: 'api.prod.example.com', command: '/bin/restart', secret: 'deployKey' })).toBe(
      null,
    );
    expect(outsideOf(staging, { secret: 'other', host: 'x', command: 'y' })).toBe(null);
  });
});

it('the digest of a rule book changes with every rule of it', () => {
  const [one, other] = ['deny: x', 'deny: y'].map((effect) =>
    rulebook([policy(`  - { id: a, effect: { ${effect} } }`)]),
  );
  expect(rulebookDigest(one as never)).not.toBe(rulebookDigest(other as never));
});
