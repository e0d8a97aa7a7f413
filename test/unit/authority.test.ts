// Who may do what: every kind of principal, every right, every way to give one; who belongs to a name; who counts once.
import { describe, expect, it } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import { authorise, namesToAsk } from '../../src/core/authority/authorise.ts';
import { membershipOf, type People, personOf, type Roles, slackUserOf } from '../../src/core/authority/membership.ts';
import { actorOf, areOne, nameOf, type Principal, systemPrincipal } from '../../src/core/authority/principal.ts';
import { type NeededRight, Right } from '../../src/core/authority/right.ts';
import type { Resource } from '../../src/core/authority/scope.ts';
import type { Actor } from '../../src/core/events.ts';
import { playbook, Story } from '../support/given/given.ts';

const rights: readonly NeededRight[] = [...Right.options, 'approve', 'deliver'];
const principals = {
  person: { type: 'person', id: 'U0ANA', name: 'ana', person: 'ana', via: 'slack', proof: 'slack_signature' },
  local: { type: 'local', name: 'root', person: null, via: 'cli' },
  token: { type: 'token', name: 'ci', rights: ['start', 'view'], owner: 'ana', via: 'api' },
  sender: { type: 'sender', source: 'alertmanager', integration: 'prod' },
  system: systemPrincipal,
} as const satisfies { readonly [type in Principal['type']]: Principal };
type Type = Principal['type'];
const types = Object.keys(principals) as Type[];

type Given = { readonly access?: object; readonly belongsTo?: readonly string[]; readonly resource?: Resource };

/** The rights that each kind of principal has, in the order of the list of rights. */
function heldBy({ access = {}, belongsTo = [], resource = {} }: Given): { readonly [type in Type]: string } {
  const parsed = Access.parse(access);
  const heldOf = (principal: Principal) =>
    rights.filter((right) => authorise({ principal, right, resource, access: parsed, belongsTo }).ok).join(' ');
  return Object.fromEntries(types.map((type) => [type, heldOf(principals[type])])) as { [type in Type]: string };
}

const everything = rights.join(' ');
const allButBypass = 'view respond start order operate design administer';
/** What each kind holds by itself, whatever names it belongs to. */
const byItself = { person: '', local: allButBypass, token: 'view start', sender: 'deliver', system: everything };

describe('where the configuration says nothing', () => {
  it('nobody has a right by a name that nobody is asked about', () => {
    expect(heldBy({})).toEqual(byItself);
  });

  it('everybody who proved who they are may view and respond, and no more', () => {
    const everyone = { belongsTo: ['everyone'] };
    expect(heldBy(everyone)).toEqual({ ...byItself, person: 'view respond', token: 'view respond start' });
  });
});

describe('a grant', () => {
  it.each(Right.options)(
    'of %s gives this right to who belongs to its name, and no other right to anybody',
    (right) => {
      const access = { view: [], respond: [], local: [], [right]: ['@sre'] };
      const nothing = { person: '', local: '', token: 'view start', sender: 'deliver', system: everything };
      const token = rights.filter((one) => one === right || one === 'view' || one === 'start').join(' ');
      expect(heldBy({ access, belongsTo: ['@sre'] })).toEqual({ ...nothing, person: right, local: right, token });
      expect(heldBy({ access, belongsTo: ['@lead'] })).toEqual(nothing);
    },
  );

  it('may be scoped: outside of its scope, and where the scope is not known, it is none', () => {
    const scope = { playbooks: ['restart'], services: ['cart'], environments: ['staging', 'test'] };
    const access = { start: [{ who: ['@sre'], ...scope }] };
    const given = (resource: Resource) => heldBy({ access, belongsTo: ['@sre'], resource }).person;
    const within = { playbook: 'restart', service: 'cart', environment: 'test' };
    expect(given(within)).toBe('start');
    expect(given({ ...within, playbook: 'drop' })).toBe('');
    expect(given({ ...within, service: undefined })).toBe('');
    expect(given({ ...within, environment: 'production' })).toBe('');
    expect(given({})).toBe('');
  });

  it('is one of several: any that fits is enough', () => {
    const access = { order: [{ who: ['@cart'], services: ['cart'] }, '@lead'] };
    const given = (belongsTo: readonly string[], service: string) =>
      heldBy({ access, belongsTo, resource: { service } }).person;
    expect(given(['@cart'], 'cart')).toBe('order');
    expect(given(['@cart'], 'search')).toBe('');
    expect(given(['@lead'], 'search')).toBe('order');
  });

  it('never lets a person deliver alerts, or a sender do anything else', () => {
    const all = Object.fromEntries(Right.options.map((right) => [right, 'everyone']));
    const held = heldBy({ access: all, belongsTo: ['everyone'] });
    expect(held).toEqual({
      person: Right.options.join(' '),
      local: Right.options.join(' '),
      token: Right.options.join(' '),
      sender: 'deliver',
      system: everything,
    });
  });
});

describe('the machine’s own user', () => {
  it('has what the configuration leaves to it, bypass only if that is named', () => {
    expect(heldBy({ access: { local: ['view'] } }).local).toBe('view');
    expect(heldBy({ access: { local: [] } }).local).toBe('');
    expect(heldBy({ access: { local: ['bypass'] } }).local).toBe('bypass');
  });

  it('approves only where a rule names it', () => {
    const asked = (belongsTo: readonly string[]) =>
      heldBy({ belongsTo, resource: { approvers: ['@sre', 'local:root'] } });
    expect(asked([]).local).toBe(allButBypass);
    expect(asked(['local:root']).local).toBe(`${allButBypass} approve`);
  });
});

describe('an approval', () => {
  it.each(['person', 'local', 'token'] as const)(
    'is decided by a %s only who belongs to a name of its rule',
    (type) => {
      const approvers = ['@sre', '@lead'];
      const has = (belongsTo: readonly string[], resource: Resource = { approvers }) =>
        heldBy({ belongsTo, resource })[type].includes('approve');
      expect(has(['@lead'])).toBe(true);
      expect(has([])).toBe(false);
      expect(has(['everyone'])).toBe(false);
      expect(has(['@sre'], {})).toBe(false);
      expect(has(['@sre'], { approvers: [] })).toBe(false);
    },
  );
});

describe('a refusal', () => {
  const refusalOf = (right: NeededRight, access: object, resource: Resource = {}) => {
    const answer = authorise({
      principal: principals.person,
      right,
      resource,
      access: Access.parse(access),
      belongsTo: [],
    });
    return answer.ok ? null : answer.error;
  };

  it('names the right, what it is for, and who has it', () => {
    expect(refusalOf('order', { order: ['@sre', { who: ['U0BEN', '@sre'], services: ['cart'] }] })).toEqual({
      code: 'not_allowed',
      right: 'order',
      message:
        'ana lacks the right `order` (retry, compensate, cancel, pause, resume and signal runs): only @sre, U0BEN may',
    });
  });

  it('says where a right is given that nobody has', () => {
    expect(refusalOf('operate', {})?.message).toContain('nobody has it; give it under `access:` in firebreak.yaml');
    expect(refusalOf('deliver', {})?.message).toContain('nobody has it');
  });

  it('names the people who may decide an approval', () => {
    expect(refusalOf('approve', {}, { approvers: ['@sre', '@lead'] })).toEqual({
      code: 'not_allowed',
      right: 'approve',
      message: 'only @sre, @lead may decide this',
    });
  });
});

describe('the names that are asked about', () => {
  const asked = (principal: Principal, right: NeededRight, resource: Resource = {}) =>
    namesToAsk({
      principal,
      right,
      resource,
      access: Access.parse({ start: ['@sre', { who: ['@cart', '@sre'], services: ['cart'] }] }),
    });

  it('are those of the grants that reach the resource, each once', () => {
    expect(asked(principals.person, 'start')).toEqual(['@sre']);
    expect(asked(principals.person, 'start', { service: 'cart' })).toEqual(['@sre', '@cart']);
    expect(asked(principals.token, 'order')).toEqual([]);
  });

  it('are those of the rule for an approval, and none for what is no matter of names', () => {
    expect(asked(principals.local, 'approve', { approvers: ['@lead'] })).toEqual(['@lead']);
    expect(asked(principals.local, 'approve')).toEqual([]);
    expect(asked(principals.person, 'deliver')).toEqual([]);
    expect(asked(principals.sender, 'start')).toEqual([]);
    expect(asked(principals.system, 'start')).toEqual([]);
  });
});

describe('the section access', () => {
  const faults = (access: unknown) => {
    const parsed = Access.safeParse(access);
    return parsed.success ? [] : parsed.error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`);
  };

  it('takes everyone, or names and scoped grants', () => {
    expect(faults({ view: 'everyone', start: ['@sre', 'U0ANA', 'ana', 'local:root', 'token:ci'] })).toEqual([]);
    const { grants } = Access.parse({ start: ['@sre', { who: ['ana'], services: ['cart'] }] });
    expect(grants.start).toEqual([
      { at: 'access.start[0]', labels: null, who: ['@sre'], playbooks: null, services: null, environments: null },
      { at: 'access.start[1]', labels: null, who: ['ana'], playbooks: null, services: ['cart'], environments: null },
    ]);
  });

  it.each([
    ['a right that does not exist', { view: 'everyone', execute: ['@sre'] }],
    ['approve, which each approval gives itself', { approve: ['@sre'] }],
    ['a name that is none', { start: ['@'] }],
    ['a name with a space', { start: ['ana b'] }],
    ['a grant to nobody', { start: [{ who: [], services: ['cart'] }] }],
    ['a scope of nothing', { start: [{ who: ['@sre'], services: [] }] }],
    ['a scope that does not exist', { start: [{ who: ['@sre'], regions: ['eu'] }] }],
    ['another word for everyone', { view: 'all' }],
    ['a local right that does not exist', { local: ['root'] }],
  ])('does not take %s', (_, access) => {
    expect(faults(access)).not.toEqual([]);
  });
});

const people: People = {
  ana: { slack: 'U0ANA', local: 'ana-local', email: 'ana@example.com' },
  lea: { local: 'lea' },
};
const role = { users: [], groups: [], people: [], tokens: [] };
const roles: Roles = {
  sre: { ...role, users: ['U0ANA'], groups: ['S0SRE'] },
  lead: { ...role, people: ['lea'] },
  bots: { ...role, tokens: ['ci'] },
};
const slackUser = (id: string, person: string | null = null): Principal => ({
  type: 'person',
  id,
  name: null,
  person,
  via: 'slack',
  proof: 'slack_signature',
});
const localUser = (name: string, person: string | null = null): Principal => ({
  type: 'local',
  name,
  person,
  via: 'cli',
});
const ci: Principal = principals.token;

describe('belonging to a name', () => {
  const yes = { outcome: 'yes' };
  const no = { outcome: 'no' };
  it.each<[string, Principal, string, object]>([
    ['a Slack user to a role that lists the user', slackUser('U0ANA'), '@sre', yes],
    ['a Slack user to the user id itself', slackUser('U0ANA'), 'U0ANA', yes],
    ['a Slack user to no other id', slackUser('U0BEN'), 'U0ANA', no],
    ['a person to the name under people', slackUser('U0ANA', 'ana'), 'ana', yes],
    ['a person to no name that people does not have', slackUser('U0EVE', 'eve'), 'eve', no],
    ['a person to the local name that is linked', slackUser('U0ANA', 'ana'), 'local:ana-local', yes],
    ['a person to a role that lists the person', slackUser('U0LEA', 'lea'), '@lead', yes],
    ['a linked local user to a role that lists the Slack user', localUser('ana-local', 'ana'), '@sre', yes],
    ['a linked local user to the Slack id', localUser('ana-local', 'ana'), 'U0ANA', yes],
    ['a local user to the own name', localUser('root'), 'local:root', yes],
    ['a local user to no other local name', localUser('root'), 'local:lea', no],
    ['a local user, linked to nobody, to no role', localUser('root'), '@sre', no],
    ['a local user without Slack to no group', localUser('lea', 'lea'), '@sre', no],
    ['a local user to no person of the same name', localUser('ana'), 'ana', no],
    ['a token to a role that names it', ci, '@bots', yes],
    ['a token to its own name', ci, 'token:ci', yes],
    ['a token to no role of its owner', ci, '@sre', no],
    ['a token to no person, not even its owner', ci, 'ana', no],
    ['everybody to everyone', ci, 'everyone', yes],
    ['a sender to nothing, not even everyone', principals.sender, 'everyone', no],
    ['Firebreak itself to nothing', systemPrincipal, 'everyone', no],
    ['nobody to a role that does not exist', slackUser('U0ANA', 'ana'), '@none', no],
    ['nobody to a role with the name of something every object has', slackUser('U0ANA'), '@constructor', no],
    ['nobody to a person with such a name', slackUser('U0X', 'constructor'), 'constructor', no],
    ['nobody to what looks like the prototype', slackUser('U0X', '__proto__'), '@__proto__', no],
    ['a token with such a name to no such role', { ...ci, name: 'constructor' }, '@toString', no],
  ])('%s', (_, principal, name, expected) => {
    expect(membershipOf(principal, name, { people, roles })).toEqual(expected);
  });

  it('is left to Slack where the role has groups', () => {
    const asked = { outcome: 'ask', user: 'U0BEN', groups: ['S0SRE'] };
    expect(membershipOf(slackUser('U0BEN'), '@sre', { people, roles })).toEqual(asked);
    const linked = { ...people, ben: { slack: 'U0BEN', local: 'ben' } };
    expect(membershipOf(localUser('ben', 'ben'), '@sre', { people: linked, roles })).toEqual(asked);
  });
});

describe('a person', () => {
  it('is found by each proof that is linked, and by no other', () => {
    expect(personOf({ slack: 'U0ANA' }, people)).toBe('ana');
    expect(personOf({ local: 'lea' }, people)).toBe('lea');
    expect(personOf({ email: 'ana@example.com' }, people)).toBe('ana');
    expect(personOf({ local: 'U0ANA' }, people)).toBeNull();
    expect(personOf({ slack: 'constructor' }, people)).toBeNull();
  });

  it('has one Slack user on every surface', () => {
    expect(slackUserOf(localUser('ana-local', 'ana'), people)).toBe('U0ANA');
    expect(slackUserOf(localUser('lea', 'lea'), people)).toBeNull();
    expect(slackUserOf(localUser('x', '__proto__'), people)).toBeNull();
    expect(slackUserOf({ ...principals.person, id: 'oidc|7', via: 'web', proof: 'session' }, people)).toBe('U0ANA');
    expect(slackUserOf(ci, people)).toBeNull();
  });

  it('is written into the record with proof, surface and person', () => {
    expect(types.map((type) => actorOf(principals[type]))).toEqual([
      { kind: 'user', id: 'U0ANA', name: 'ana', via: 'slack', person: 'ana' },
      { kind: 'user', id: 'local:root', name: 'root', via: 'cli' },
      { kind: 'api', id: 'token:ci', name: 'ci', via: 'api', person: 'ana' },
      { kind: 'alert', id: 'alertmanager/prod' },
      { kind: 'system', id: 'firebreak' },
    ]);
    expect(types.map((type) => nameOf(principals[type]))).toEqual([
      'ana',
      'local:root',
      'token:ci',
      'alertmanager/prod',
      'Firebreak',
    ]);
  });
});

describe('a quorum', () => {
  const inSlack = actorOf(slackUser('U0ANA', 'ana'));
  const onMachine = actorOf(localUser('ana-local', 'ana'));
  const byToken = actorOf(ci);
  const unlinked = actorOf(slackUser('U0ANA'));
  const other = actorOf(slackUser('U0BEN', 'ben'));

  it('counts a person once by Slack, machine and token, and a proof once before and after it is linked', () => {
    for (const [a, b] of [
      [inSlack, onMachine],
      [inSlack, byToken],
      [onMachine, byToken],
      [inSlack, unlinked],
      [unlinked, unlinked],
    ] as const) {
      expect(areOne(a, b)).toBe(true);
      expect(areOne(b, a)).toBe(true);
    }
    for (const [a, b] of [
      [inSlack, other],
      [unlinked, byToken],
      [unlinked, actorOf(slackUser('U0BEN'))],
      [unlinked, { ...unlinked, kind: 'api' as const }],
    ] as const)
      expect(areOne(a, b)).toBe(false);
  });

  const approving = (rule: string) => {
    const story = new Story(
      playbook(
        `  - { id: a, uses: shell.run, with: { command: [/bin/true] }, risk: high, approval: { from: ["@sre"], ${rule} } }`,
      ),
    );
    story.when({ type: 'advance' });
    return story;
  };

  it.each([
    ['Slack and the machine', inSlack, onMachine],
    ['Slack and a token of hers', inSlack, byToken],
    ['a token of hers and the machine', byToken, onMachine],
    ['Slack, before and after she is linked', unlinked, inSlack],
  ])('of two is not reached by one person by %s', (_, first: Actor, second: Actor) => {
    const story = approving('quorum: 2');
    expect(story.approve(first)).toEqual(['approval.recorded a']);
    expect(story.approve(second)).toBe('already_decided');
    expect(story.approve(other)).toEqual(['approval.recorded a', 'approval.granted a']);
  });

  it('counts one who was linked only after voting as one person, whichever proof comes second', () => {
    const story = approving('quorum: 2');
    expect(story.approve(unlinked)).toEqual(['approval.recorded a']);
    // Since then the configuration says that the Slack user is ana, whom the machine knows too.
    story.people = { ana: { slack: 'U0ANA', local: 'ana-local' } };
    expect(story.approve(onMachine)).toBe('already_decided');
    expect(story.approve(other)).toEqual(['approval.recorded a', 'approval.granted a']);
  });

  it('counts two who voted as two and are linked to one person before the last vote as one', () => {
    const story = approving('quorum: 3');
    expect(story.approve(unlinked)).toEqual(['approval.recorded a']);
    expect(story.approve(actorOf(localUser('ana-local')))).toEqual(['approval.recorded a']);
    story.people = { ana: { slack: 'U0ANA', local: 'ana-local' } };
    expect(story.approve(other)).toEqual(['approval.recorded a']);
    expect(story.approve(actorOf(slackUser('U0EVE')))).toEqual(['approval.recorded a', 'approval.granted a']);
  });

  it('is not reached by the requester where the configuration says never, whatever the rule says', () => {
    const story = approving('quorum: 1, excludeRequester: false');
    story.state = { ...story.state, requestedBy: unlinked };
    story.people = { ana: { slack: 'U0ANA', local: 'ana-local' } };
    story.selfApproval = 'never';
    for (const actor of [inSlack, onMachine, byToken]) expect(story.approve(actor)).toBe('not_allowed');
    expect(story.approve(other)).toEqual(['approval.recorded a', 'approval.granted a']);
  });

  it('without the requester is not reached by the requester on another surface', () => {
    const story = approving('quorum: 1, excludeRequester: true');
    story.state = { ...story.state, requestedBy: byToken };
    for (const actor of [inSlack, onMachine, byToken]) expect(story.approve(actor)).toBe('not_allowed');
    expect(story.approve(other)).toEqual(['approval.recorded a', 'approval.granted a']);
  });
});
