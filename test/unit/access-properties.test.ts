// Random access configurations, requests and voters: taking something away never allows more, an explanation never differs from the answer,
// and an approval is never satisfied by fewer different people than its rule says, however they are linked and whenever that changes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import { authorise } from '../../src/core/authority/authorise.ts';
import { explainAccess } from '../../src/core/authority/explain-access.ts';
import type { People } from '../../src/core/authority/membership.ts';
import { actorOf, type Principal } from '../../src/core/authority/principal.ts';
import { Right } from '../../src/core/authority/right.ts';
import type { Resource } from '../../src/core/authority/scope.ts';
import { playbook, Story } from '../support/given/given.ts';

const roles = ['@a', '@b', '@c', 'everyone'];
const anyRight = fc.constantFrom(...Right.options);
const some = <T>(...of: readonly T[]) => fc.subarray([...of], { minLength: 1 });
const bounds = {
  playbooks: some('pay-*', 'pay-restart', '*', 'drop'),
  services: some('cart', 'c*'),
  environments: some('staging', '*'),
  labels: fc.constantFrom({ team: 'pay' }, { team: ['pay', 'cart'], tier: '1' }),
};
const grant = fc.record(
  { to: some(...roles), rights: some(...Right.options), ...bounds },
  { requiredKeys: ['to', 'rights'] },
);
const short = fc.array(
  fc.oneof(fc.constantFrom(...roles), fc.record({ who: some(...roles), ...bounds }, { requiredKeys: ['who'] })),
  { maxLength: 3 },
);
const written = fc.record({
  start: short,
  order: short,
  view: short,
  grants: fc.array(grant, { maxLength: 4 }),
  local: fc.subarray([...Right.options]),
});
const resources: fc.Arbitrary<Resource> = fc.record(
  {
    playbook: fc.constantFrom('pay-restart', 'pay-', 'drop', 'other'),
    labels: fc.constantFrom({ team: 'pay' }, { team: 'cart', tier: '1' }, {}),
    service: fc.constantFrom('cart', 'search'),
    environment: fc.constantFrom('staging', 'production'),
    approvers: fc.subarray(roles),
  },
  { requiredKeys: [] },
);
const principals: fc.Arbitrary<Principal> = fc.oneof(
  fc.constant<Principal>({ type: 'person', id: 'U0A', name: 'a', person: 'a', via: 'slack', proof: 'slack_signature' }),
  fc.constant<Principal>({ type: 'local', name: 'a', person: 'a', via: 'cli' }),
  fc
    .subarray([...Right.options])
    .map((rights): Principal => ({ type: 'token', name: 't', rights, owner: null, via: 'api' })),
  fc.constant<Principal>({ type: 'sender', source: 's', integration: 'i' }),
);
const questions = fc.record({
  principal: principals,
  right: fc.oneof(anyRight, fc.constantFrom('approve' as const, 'attend' as const)),
  resource: resources,
  belongsTo: fc.subarray(roles),
});

describe('authorise', () => {
  it('never allows more when a role, a grant or a part of what is known is taken away', () => {
    const property = fc.property(written, questions, fc.nat(), (access, question, n) => {
      if (authorise({ ...question, access: Access.parse(access) }).ok) return;
      const without = <T>(list: readonly T[]) => list.filter((_, i) => i !== n % Math.max(1, list.length));
      const fewer = {
        ...access,
        grants: without(access.grants),
        start: without(access.start),
        order: without(access.order),
        view: without(access.view),
        local: without(access.local),
      };
      const belongsTo = without(question.belongsTo);
      expect(authorise({ ...question, access: Access.parse(fewer) }).ok).toBe(false);
      expect(authorise({ ...question, access: Access.parse(access), belongsTo }).ok).toBe(false);
      const { principal } = question;
      const weaker = principal.type === 'token' ? { ...principal, rights: without(principal.rights) } : principal;
      expect(authorise({ ...question, access: Access.parse(access), principal: weaker }).ok).toBe(false);
      // A bound that is added.
      const narrower = access.grants.map((one) => ({ ...one, playbooks: ['nothing-is-called-so'] }));
      expect(authorise({ ...question, access: Access.parse({ ...access, grants: narrower }) }).ok).toBe(false);
      for (const part of ['playbook', 'labels', 'service', 'environment', 'approvers'] as const) {
        const resource = { ...question.resource, [part]: undefined };
        expect(authorise({ ...question, access: Access.parse(access), resource }).ok).toBe(false);
      }
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('answers as its explanation does, which names a way exactly where the right is there', () => {
    const property = fc.property(written, questions, anyRight, (access, question, right) => {
      const asked = { ...question, right, access: Access.parse(access) };
      const { allowed, by } = explainAccess(asked);
      expect(allowed).toBe(authorise(asked).ok);
      if (asked.principal.type !== 'sender') expect(by.length > 0).toBe(allowed);
    });
    fc.assert(property, { numRuns: 500 });
  });
});

/** One human with every way in; `linked` says which of them the configuration knows at that time. */
const humans = ['a', 'b', 'c'] as const;
type Way = 'slack' | 'local' | 'oidc' | 'token';
type Vote = { readonly human: (typeof humans)[number]; readonly way: Way; readonly links: readonly string[] };

const link = (human: string, way: Way) => `${human}/${way}`;
const allLinks = humans.flatMap((human) => (['slack', 'local', 'oidc'] as const).map((way) => link(human, way)));

const peopleOf = (links: readonly string[]): People =>
  Object.fromEntries(
    humans.map((human) => [
      human,
      {
        slack: links.includes(link(human, 'slack')) ? `U0${human.toUpperCase()}` : undefined,
        local: links.includes(link(human, 'local')) ? human : undefined,
        subject: links.includes(link(human, 'oidc')) ? human : undefined,
      },
    ]),
  );

function principalOf({ human, way, links }: Vote): Principal {
  const person = links.includes(link(human, way)) ? human : null;
  switch (way) {
    case 'slack': {
      const id = `U0${human.toUpperCase()}`;
      return { type: 'person', id, name: human, person, via: 'slack', proof: 'slack_signature' };
    }
    case 'oidc':
      return { type: 'person', id: `oidc:${human}`, name: human, person, via: 'web', proof: 'session' };
    case 'local':
      return { type: 'local', name: human, person, via: 'cli' };
    case 'token':
      return { type: 'token', name: `of-${human}`, rights: [], owner: human, via: 'api' };
  }
}

const votes = fc.array(
  fc.record({
    human: fc.constantFrom(...humans),
    way: fc.constantFrom<Way>('slack', 'local', 'oidc', 'token'),
    links: fc.subarray(allLinks),
  }),
  { minLength: 1, maxLength: 6 },
);

/** How many humans there are among voters at the least, as far as the links of the last vote tell. */
function different(given: readonly Vote[]): number {
  const last = given.at(-1)?.links ?? [];
  const known = ({ human, way, links }: Vote) =>
    way === 'token' || links.includes(link(human, way)) || last.includes(link(human, way));
  return new Set(given.map((vote) => (known(vote) ? vote.human : link(vote.human, vote.way)))).size;
}

const bookOf = (quorum: number, excludes: boolean) => {
  const rule = `from: ["@sre"], quorum: ${quorum}, excludeRequester: ${excludes}`;
  return playbook(`  - { id: s, uses: shell.run, with: { command: [/bin/true] }, risk: high, approval: { ${rule} } }`);
};
/** Compiled once each: that takes longer than all the rest. */
const books = new Map(
  [1, 2, 3].flatMap((quorum) =>
    [true, false].map((excludes) => [`${quorum} ${excludes}`, bookOf(quorum, excludes)] as const),
  ),
);

describe('an approval', () => {
  it('is never granted by fewer different people than its rule says, nor by whoever started the run', () => {
    const property = fc.property(votes, fc.integer({ min: 1, max: 3 }), fc.boolean(), (cast, quorum, byRule) => {
      const story = new Story(books.get(`${quorum} ${byRule}`) ?? bookOf(quorum, byRule));
      story.when({ type: 'advance' });
      const requester: Vote = { human: 'a', way: 'slack', links: allLinks };
      story.state = { ...story.state, requestedBy: actorOf(principalOf(requester)) };
      story.selfApproval = byRule ? 'byRule' : 'never';
      const counted: Vote[] = [];
      for (const vote of cast) {
        story.people = peopleOf(vote.links);
        const answer = story.approve(actorOf(principalOf(vote)));
        if (typeof answer === 'string') continue;
        counted.push(vote);
        // One who is linked when voting is one with the requester, whose link is written in the record.
        const isKnown = vote.way === 'token' || vote.way === 'slack' || vote.links.includes(link(vote.human, vote.way));
        if (isKnown) expect(vote.human).not.toBe('a');
        if (!answer.some((event) => event.startsWith('approval.granted'))) continue;
        expect(different(counted)).toBeGreaterThanOrEqual(quorum);
        return;
      }
    });
    fc.assert(property, { numRuns: 500 });
  });
});
