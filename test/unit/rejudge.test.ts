// Which past decisions other rules would have made differently, as far as what was recorded tells.
import { describe, expect, it } from 'vitest';
import { compileRulebook } from '../../src/core/policy/judge.ts';
import { rejudge, ruleKey } from '../../src/core/policy/rejudge.ts';
import { playbook, Story } from '../support/given/given.ts';
import { policy, rulebook, ruledBy } from '../support/given/rules.ts';

const two = '  - { id: two, when: target == "prod-db", effect: { requireApproval: { from: ["@lead"], quorum: 2 } } }';
const quiet = '  - { id: quiet, when: incident.severity > 3, effect: { deny: not worth it } }';

/** What was recorded of a step under such rules. */
function recorded(rules: string) {
  const told = new Story(playbook('  - { id: a, uses: shell.run, with: { command: [/bin/true] }, target: prod-db }\n'));
  told.governance = ruledBy(rulebook([policy(rules)]));
  told.when({ type: 'advance' });
  const [fact] = told.events.flatMap((event) => (event.type === 'policy.judged' ? [event.data] : []));
  if (!fact) throw new Error('nothing was judged');
  const stood = told.governance.rules.book.policies.flatMap(({ name, rules: all }) =>
    all.map(({ id, when }) => ruleKey({ policy: name, rule: id, when })),
  );
  return (next: string) =>
    rejudge(compileRulebook(rulebook(next === '' ? [] : [policy(next)])), { fact, at: told.at, stood: new Set(stood) });
}

describe('a decision of before', () => {
  const again = recorded(`${two}\n${quiet}`);

  it('is the same under the same rules, and under others that say the same of it', () => {
    expect(again(`${two}\n${quiet}`)).toEqual({ outcome: 'same' });
    expect(again(two.replace('target ==', 'target != environment && target =='))).toEqual({ outcome: 'same' });
  });

  it('differs where a rule is gone, asks others, or comes in by what was recorded', () => {
    const before = ['Policy p asks two people of @lead'];
    expect(again('')).toEqual({ outcome: 'differs', before, after: [] });
    expect(again(two.replace('quorum: 2', 'quorum: 3'))).toEqual({
      outcome: 'differs',
      before,
      after: ['Policy p asks three people of @lead'],
    });
    expect(again(`${two}\n  - { id: b, when: target.startsWith("prod"), effect: { deny: closed } }`)).toEqual({
      outcome: 'differs',
      before,
      after: [...before, 'Policy p denies it: closed'],
    });
  });

  it('is unknown where another rule looks at what was not recorded, and it is said which', () => {
    expect(again(`${two}\n  - { id: b, when: incident.severity < 3, effect: { deny: closed } }`)).toEqual({
      outcome: 'unknown',
      missing: ['incident'],
    });
  });
});
