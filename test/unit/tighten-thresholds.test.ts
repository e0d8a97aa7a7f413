// Policies over approvals with thresholds: whatever they demand, fewer people, or people whom the step did not admit, never suffice; and nobody
// stands in for whom a policy asks.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ApprovalFactor, Threshold } from '../../src/core/approval/rule.ts';
import { type Count, isMet, namesOf, peopleOf, type Vote } from '../../src/core/approval/threshold.ts';
import type { ApprovalRule } from '../../src/core/playbook/playbook.ts';
import type { DemandedApproval, Tightening } from '../../src/core/policy/rulebook.ts';
import { isCovered, tighten } from '../../src/core/policy/tighten.ts';

const names = ['@a', '@b', '@c', '@d'];
const some = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 });
const few = fc.integer({ min: 1, max: 3 });
const factor = fc.record(
  { n: few, of: some, where: fc.constant("via == 'web'"), groups: fc.constant(2) },
  { requiredKeys: ['n', 'of'] },
);
const threshold = fc
  .record({ factors: fc.array(factor, { minLength: 1, maxLength: 3 }), share: fc.option(fc.nat()) })
  .map(({ factors, share }): Threshold => {
    const sound = factors.map(
      ({ groups, ...rest }): ApprovalFactor =>
        groups && rest.n > 1 && rest.of.length > 1 ? { ...rest, groups } : rest,
    );
    const most = Math.max(...sound.map(({ n }) => n));
    const sum = sound.reduce((all, { n }) => all + n, 0);
    return share === null ? { factors: sound } : { factors: sound, people: most + (share % (sum - most + 1)) };
  });
const rule = fc
  .record({
    thresholds: fc.array(threshold, { minLength: 1, maxLength: 2 }),
    escalate: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 1 }),
    fallback: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 1 }),
    rung: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 1 }),
  })
  .map(
    ({ thresholds, escalate, fallback, rung }): ApprovalRule => ({
      ...{ from: [...namesOf(thresholds)], quorum: 1, expiresInMs: 60_000, escalate, excludeRequester: false },
      thresholds,
      ...(fallback.length > 0 && { fallback }),
      ...(rung.length > 0 && { ladder: [{ afterMs: 1000, to: rung }] }),
    }),
  );
const stricter: fc.Arbitrary<Tightening> = fc.record({ quorum: fc.integer({ min: 1, max: 6 }) }, { requiredKeys: [] });
const demand: fc.Arbitrary<DemandedApproval> = fc.record({ from: some, quorum: few });
const demands = fc.record({ ask: fc.array(demand, { maxLength: 2 }), tighten: fc.array(stricter, { maxLength: 2 }) });
/** Each another person, with the names that he or she belongs to. */
const voters = fc
  .array(fc.record({ as: some, via: fc.constantFrom('web' as const, 'slack' as const) }), { maxLength: 9 })
  .map((all) => all.map(({ as, via }, n): Vote => ({ actor: { kind: 'user', id: `U${n}`, via }, as })));

const countOf = (
  { thresholds, from, quorum, escalate, fallback = [], ladder = [] }: ApprovalRule,
  votes: readonly Vote[],
) => {
  const standIns = [...escalate, ...fallback, ...ladder.flatMap(({ to }) => to)];
  return { thresholds, from, quorum, standIns, votes, people: {} } satisfies Count;
};

it('a rule with thresholds that a policy tightened is never satisfied where the rule itself is not', () => {
  fc.assert(
    fc.property(rule, demands, voters, (own, wanted, votes) => {
      const found = tighten(own, wanted);
      if (found.outcome === 'contradiction' || !found.rule) throw new Error('thresholds take every demand');
      if (!isMet(countOf(found.rule, votes))) return;
      expect(isMet(countOf(own, votes))).toBe(true);
      const fewest = Math.min(...(own.thresholds ?? []).map(peopleOf));
      const most = Math.max(fewest, ...wanted.tighten.map(({ quorum = 1 }) => quorum));
      expect(votes.length).toBeGreaterThanOrEqual(most);
    }),
    { numRuns: 3000 },
  );
});

it('whom a policy asks is none of the people that a threshold takes of its own', () => {
  const own: ApprovalRule = {
    ...{ from: ['@a', '@b'], quorum: 1, expiresInMs: 60_000, escalate: [], excludeRequester: false },
    thresholds: [
      {
        people: 3,
        factors: [
          { n: 2, of: ['@a'] },
          { n: 1, of: ['@b'] },
        ],
      },
    ],
  };
  const found = tighten(own, { ask: [{ from: ['@c'], quorum: 1 }], tighten: [] });
  if (found.outcome === 'contradiction' || !found.rule) throw new Error('thresholds take every demand');
  const vote = (n: number, ...as: string[]): Vote => ({ actor: { kind: 'user', id: `U${n}` }, as });
  const three = [vote(0, '@a', '@b'), vote(1, '@a'), vote(2, '@c')];
  expect(isMet(countOf(found.rule, three))).toBe(false);
  expect(isMet(countOf(found.rule, [...three, vote(3, '@b')]))).toBe(true);
});

it('a rule with thresholds takes those whom a policy asks, so many of them, and nobody stands in for them', () => {
  fc.assert(
    fc.property(rule, demands, voters, (own, wanted, votes) => {
      const found = tighten(own, wanted);
      if (found.outcome === 'contradiction' || !found.rule) throw new Error('thresholds take every demand');
      if (!isMet(countOf(found.rule, votes))) return;
      for (const { from, quorum } of wanted.ask)
        expect(votes.filter(({ as = [] }) => as.some((name) => from.includes(name))).length).toBeGreaterThanOrEqual(
          quorum,
        );
    }),
    { numRuns: 3000 },
  );
});

it('a rule with thresholds is tightened once by the same demands, and covers them then', () => {
  fc.assert(
    fc.property(rule, demands, (own, wanted) => {
      const found = tighten(own, wanted);
      if (found.outcome === 'contradiction' || !found.rule) throw new Error('thresholds take every demand');
      expect(tighten(found.rule, wanted)).toEqual(found);
      expect(isCovered(found.rule, wanted)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
