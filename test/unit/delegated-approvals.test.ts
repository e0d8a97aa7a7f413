// Random rules, people, identities, hand-overs and time on whole engines in memory: an approval is never granted by fewer different people than
// its rule says, nor by whoever started the run, nor by anybody whom the rule does not name, whatever was handed on to whom until when.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Actor } from '../../src/core/events.ts';
import { decide, handOn, join, user } from '../support/engine/approval-attack.ts';
import { askedApproval, starter } from '../support/engine/asked-approval.ts';

/** Humans by the roles they are in; the first started the run. */
const humans = { ops: ['@sre', '@lead'], ana: ['@sre'], ben: ['@sre', '@lead'], lea: ['@lead'], cem: [] } as const;
type Human = keyof typeof humans;
const everybody = Object.keys(humans) as Human[];
const slackOf = (human: Human) => (human === 'ops' ? starter.id : `U0${human.toUpperCase()}`);
const people = Object.fromEntries(
  everybody.map((human) => [human, { slack: slackOf(human), local: human, subject: human }]),
);
const ways = [slackOf, (human: Human) => `local:${human}`, (human: Human) => `oidc:${human}`];

/** Rules, with the people that each takes and the names whose members may decide. */
const rules = [
  { rule: '{ from: ["@sre"], quorum: 2 }', takes: 2, of: ['@sre'] },
  { rule: '{ allOf: [{ of: ["@sre"] }, { of: ["@lead"] }] }', takes: 2, of: ['@sre', '@lead'] },
  { rule: '{ allOf: [{ n: 2, of: ["@sre", "@lead"], groups: 2 }] }', takes: 2, of: ['@sre', '@lead'] },
  { rule: '{ allOf: [{ n: 2, of: ["@sre"] }, { of: ["@lead"] }], people: 2 }', takes: 2, of: ['@sre', '@lead'] },
  { rule: '{ allOf: [{ n: 2, of: ["@sre"] }, { of: ["@lead"] }] }', takes: 3, of: ['@sre', '@lead'] },
] as const;

const human = fc.constantFrom(...everybody);
const way = fc.nat(ways.length - 1);
const deeds = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant('vote' as const), human, way }) },
    {
      weight: 2,
      arbitrary: fc.record({
        ...{ type: fc.constant('handOn' as const), human, way, to: fc.oneof(human, fc.constantFrom('@sre', '@lead')) },
        minutes: fc.option(fc.integer({ min: 1, max: 3 })),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 2 }) }),
    },
  ),
  { minLength: 2, maxLength: 9 },
);

it('an approval is never granted by fewer different people than its rule says, whatever is handed on and whoever is linked', async () => {
  const seen = { granted: 0, handedOn: 0 };
  const property = fc.asyncProperty(fc.constantFrom(...rules), deeds, async ({ rule, takes, of }, done) => {
    const asked = await askedApproval(rule, people);
    for (const role of ['@sre', '@lead'] as const) {
      const members = everybody.filter((one) => humans[one].some((name) => name === role));
      asked.world.roles[role] = [];
      join(asked, role, ...members.flatMap((one) => ways.map((by) => by(one))));
    }
    const counted: Human[] = [];
    for (const deed of done) {
      if (deed.type === 'pass') {
        await asked.pass(deed.minutes * 60_000);
        continue;
      }
      const actor: Actor = user((ways[deed.way] ?? slackOf)(deed.human), deed.human);
      if (deed.type === 'handOn') {
        const to = deed.to.startsWith('@') ? deed.to : slackOf(deed.to as Human);
        const until = deed.minutes === null ? undefined : new Date(asked.made.ms + deed.minutes * 60_000).toISOString();
        const answer = await handOn(asked, actor, to, until);
        if (answer.ok) seen.handedOn += 1;
        continue;
      }
      const answer = await decide(asked, actor);
      if (!answer.ok) continue;
      counted.push(deed.human);
      expect(humans[deed.human].some((name) => of.some((one) => one === name))).toBe(true);
      expect(deed.human).not.toBe('ops');
      if (asked.request().status === 'granted') break;
    }
    if (asked.request().status !== 'granted') return;
    seen.granted += 1;
    expect(new Set(counted).size).toBeGreaterThanOrEqual(takes);
  });
  await fc.assert(property, { numRuns: 90, seed: 13 });
  // Both must have happened, or nothing was tried.
  expect(seen.granted).toBeGreaterThan(2);
  expect(seen.handedOn).toBeGreaterThan(8);
});
