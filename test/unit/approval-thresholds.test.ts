// Thresholds of factors: what suffices, what is missing in words, and that no fewer people than the rule says ever suffice.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Threshold } from '../../src/core/approval/rule.ts';
import { type Count, helps, isMet, missingOf, peopleOf, type Vote } from '../../src/core/approval/threshold.ts';
import { missingInWords } from '../../src/core/approval/words.ts';
import { countPeople } from '../../src/core/authority/distinct.ts';

const vote = (id: string, ...as: string[]): Vote => ({ actor: { kind: 'user', id }, as });
const count = (thresholds: Threshold[], votes: readonly Vote[], more: Partial<Count> = {}): Count => ({
  ...{ thresholds, from: [], quorum: 1, standIns: [], people: {} },
  votes,
  ...more,
});
const words = (given: Count) => missingInWords(missingOf(given), given.votes.length > 0);

describe('thresholds of an approval', () => {
  const sre = { n: 2, of: ['@sre'] };
  const duty = { n: 1, of: ['@oncall:payments'] };
  const rule: Threshold[] = [{ factors: [sre, duty] }];

  it('take a different person for every vote of every factor', () => {
    const both = vote('A', '@sre', '@oncall:payments');
    expect(words(count(rule, []))).toBe('2 from @sre and one from @oncall:payments');
    expect(words(count(rule, [both, vote('B', '@sre')]))).toMatch(/^one more from /);
    expect(isMet(count(rule, [both, vote('B', '@sre'), vote('C', '@sre')]))).toBe(true);
    expect(words(count(rule, [vote('B', '@sre'), vote('C', '@sre')]))).toBe('one more from @oncall:payments');
  });

  it('let one person stand for several factors only where the rule says how many people it takes', () => {
    const shared: Threshold[] = [{ factors: [sre, duty], people: 2 }];
    const votes = [vote('A', '@sre', '@oncall:payments'), vote('B', '@sre')];
    expect([isMet(count(shared, votes)), isMet(count(rule, votes))]).toEqual([true, false]);
    const three: Threshold[] = [{ factors: [sre, duty], people: 3 }];
    expect(words(count(three, votes))).toBe('one more person');
  });

  it('count two linked identities as one person, also when they were linked after they had voted', () => {
    const votes = [vote('U0ANA', '@sre'), vote('local:ana', '@sre'), vote('C', '@oncall:payments')];
    expect(isMet(count(rule, votes))).toBe(true);
    const people = { ana: { slack: 'U0ANA', local: 'ana' } };
    expect(words(count(rule, votes, { people }))).toBe('one more from @sre');
  });

  it('take approvers out of different groups, each of whom speaks for one', () => {
    const two: Threshold[] = [{ factors: [{ n: 2, of: ['@sre', '@dba'], groups: 2 }] }];
    const inBoth = vote('A', '@sre', '@dba');
    expect(isMet(count(two, [vote('A', '@sre'), vote('B', '@sre')]))).toBe(false);
    expect(isMet(count(two, [inBoth]))).toBe(false);
    expect(isMet(count(two, [inBoth, vote('B', '@sre')]))).toBe(true);
  });

  it('narrow a factor by an expression over who votes; what cannot be evaluated does not hold', () => {
    const web: Threshold[] = [{ factors: [{ n: 1, of: ['@sre'], where: "via == 'web'" }] }];
    const by = (via: 'web' | 'slack'): Vote => ({ actor: { kind: 'user', id: 'A', via }, as: ['@sre'] });
    expect([isMet(count(web, [by('web')])), isMet(count(web, [by('slack')]))]).toEqual([true, false]);
    expect(words(count(web, []))).toBe("one from @sre where via == 'web'");
    const broken: Threshold[] = [{ factors: [{ n: 1, of: ['@sre'], where: 'nothing.at.all' }] }];
    expect(isMet(count(broken, [by('web')]))).toBe(false);
  });

  it('are alternatives: any one suffices, and all of them are said', () => {
    const any: Threshold[] = [{ factors: [sre] }, { factors: [{ n: 1, of: ['@cto'] }] }];
    expect(words(count(any, [vote('A', '@sre')]))).toBe('one more from @sre; or one more from @cto');
    expect(isMet(count(any, [vote('X', '@cto')]))).toBe(true);
  });

  it('take no vote that brings none of them nearer', () => {
    const votes = [vote('A', '@sre'), vote('B', '@sre')];
    expect(helps(count(rule, votes), vote('C', '@sre'))).toBe(false);
    expect(helps(count(rule, votes), vote('C', '@oncall:payments'))).toBe(true);
  });
});

const names = ['@a', '@b', '@c'];
const some = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 });
const factor = fc
  .record({ n: fc.integer({ min: 1, max: 3 }), of: some, groups: fc.option(fc.constant(2), { nil: undefined }) })
  .map(({ n, of, groups }) => (groups === undefined || n < 2 || of.length < 2 ? { n, of } : { n, of, groups }));
const threshold = fc
  .record({ factors: fc.array(factor, { minLength: 1, maxLength: 3 }), share: fc.option(fc.nat(), { nil: undefined }) })
  .map(({ factors, share }): Threshold => {
    const most = Math.max(...factors.map(({ n }) => n));
    const sum = factors.reduce((all, { n }) => all + n, 0);
    return share === undefined ? { factors } : { factors, people: most + (share % (sum - most + 1)) };
  });
/** People who vote by several proofs: the same person may come in as up to three. */
const voters = fc.array(fc.record({ who: fc.nat(5), proof: fc.nat(2), as: some }), { maxLength: 10 });
const people = Object.fromEntries(
  [0, 1, 2, 3, 4, 5].map((n) => [`p${n}`, { slack: `U0P${n}`, local: `p${n}`, subject: `s${n}` }]),
);
const proofs = [(n: number) => `U0P${n}`, (n: number) => `local:p${n}`, (n: number) => `oidc:s${n}`];

/** By trying every way to set people to factors. */
function canBeSet(factors: Threshold['factors'], own: readonly (readonly string[])[]): boolean {
  const slots = factors.flatMap((one, f) => Array.from({ length: one.n }, () => f));
  const tryFrom = (slot: number, used: readonly number[]): boolean => {
    const f = slots[slot];
    if (f === undefined)
      return factors.every((one, g) =>
        enoughGroups(
          one,
          used.filter((_, i) => slots[i] === g),
        ),
      );
    return own.some(
      (as, p) =>
        !used.includes(p) && as.some((name) => factors[f]?.of.includes(name)) && tryFrom(slot + 1, [...used, p]),
    );
  };
  const enoughGroups = ({ groups = 0, of }: Threshold['factors'][number], chosen: readonly number[]): boolean => {
    const different = (left: readonly number[], taken: readonly string[]): number => {
      const [first, ...rest] = left;
      if (first === undefined) return taken.length;
      const free = (own[first] ?? []).filter((name) => of.includes(name) && !taken.includes(name));
      return Math.max(different(rest, taken), ...free.map((name) => different(rest, [...taken, name])));
    };
    return different(chosen, []) >= groups;
  };
  return tryFrom(0, []);
}

describe('approvals, whatever the rule and whoever votes', () => {
  it('can never be satisfied by fewer distinct people than the rule says', () => {
    fc.assert(
      fc.property(fc.array(threshold, { minLength: 1, maxLength: 3 }), voters, some, (thresholds, given, standIns) => {
        const votes = given.map(({ who, proof, as }) => vote((proofs[proof] ?? String)(who), ...as));
        const counted = count(thresholds, votes, { people, standIns });
        if (!isMet(counted)) return;
        const different = countPeople(
          votes.map(({ actor }) => actor),
          people,
        );
        expect(different).toBe(new Set(given.map(({ who }) => who)).size);
        expect(different).toBeGreaterThanOrEqual(Math.min(...thresholds.map(peopleOf)));
      }),
      { numRuns: 500 },
    );
  });

  it('are met exactly where people can be set to the factors, each to one', () => {
    fc.assert(
      fc.property(fc.array(factor, { minLength: 1, maxLength: 2 }), voters, (factors, given) => {
        const own = new Map<number, Set<string>>();
        for (const { who, as } of given) own.set(who, new Set([...(own.get(who) ?? []), ...as]));
        const votes = given.map(({ who, proof, as }) => vote((proofs[proof] ?? String)(who), ...as));
        const met = isMet(count([{ factors }], votes, { people }));
        expect(met).toBe(
          canBeSet(
            factors,
            [...own.values()].map((as) => [...as]),
          ),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('are never undone by one more vote, and never met by one that does not help', () => {
    fc.assert(
      fc.property(threshold, voters, some, (one, given, as) => {
        const votes = given.map(({ who, as: own }) => vote(`U${who}`, ...own));
        const counted = count([one], votes);
        const more = vote('U9', ...as);
        const after = isMet({ ...counted, votes: [...votes, more] });
        if (isMet(counted)) expect(after).toBe(true);
        else if (!helps(counted, more)) expect(after).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
