// Who is mentioned: those whom the configuration names, and nobody whom a text names.
import { describe, expect, it } from 'vitest';
import { roleOf } from '../../src/core/authority/membership.ts';
import { actorOf } from '../../src/core/authority/principal.ts';
import { isUserId, mentions, person, rolesInSlack, slackPrincipal, userMention } from '../../src/slack/identity.ts';

const roles = {
  sre: { users: ['U0ANA', 'U0BEN'], groups: ['S0SRE'], people: [], tokens: [] },
  lead: { users: ['U0BEN'], groups: [], people: [], tokens: [] },
  empty: { users: [], groups: [], people: [], tokens: [] },
};

describe('a mention', () => {
  it('calls everybody behind the names, each once', () => {
    expect(mentions(['@sre', '@lead', 'U0ANA'], roles)).toEqual(['<!subteam^S0SRE>', '<@U0ANA>', '<@U0BEN>']);
    expect(mentions(['lead'], roles)).toEqual(['<@U0BEN>']);
  });

  it('calls the people of a role who are linked to a user', () => {
    const some = { ops: { users: ['U0BEN'], groups: [], people: ['ana', 'cem', 'constructor'], tokens: [] } };
    const people = { ana: { slack: 'U0ANA' }, cem: { email: 'cem@example.com' } };
    expect(mentions(['@ops'], rolesInSlack(some, people))).toEqual(['<@U0BEN>', '<@U0ANA>']);
  });

  it('stays text for a name that stands for nobody', () => {
    expect(mentions(['@empty', '@nobody', '<!channel>'], roles)).toEqual(['@empty', '@nobody', '&lt;!channel&gt;']);
  });

  it('is made of a user id and of nothing else', () => {
    expect(userMention('U0ANA')).toBe('<@U0ANA>');
    for (const id of ['U1> <!channel', 'u0ana', 'U', '', `U${'0'.repeat(30)}`, 'U0ANA\n']) {
      expect(isUserId(id)).toBe(false);
      expect(userMention(id)).not.toContain('<');
    }
  });
});

describe('a person', () => {
  it('is mentioned by an id of Slack, else called by name', () => {
    expect(person({ kind: 'user', id: 'U0ANA', name: 'ana', via: 'slack' })).toBe('<@U0ANA>');
    expect(person({ kind: 'user', id: 'root', name: '<!channel>', via: 'api' })).toBe('&lt;!channel&gt;');
    expect(person({ kind: 'api', id: 'U0ANA' })).toBe('U0ANA');
    expect(person({ kind: 'system', id: 'firebreak' })).toBe('Firebreak');
  });

  it('comes from Slack with the name that Slack gives, if it gives one', () => {
    expect(actorOf(slackPrincipal({ id: 'U0ANA', name: 'ana' }, {}))).toEqual({
      kind: 'user',
      id: 'U0ANA',
      name: 'ana',
      via: 'slack',
    });
    expect(actorOf(slackPrincipal({ id: 'U0ANA' }, { ana: { slack: 'U0ANA' } }))).toEqual({
      kind: 'user',
      id: 'U0ANA',
      via: 'slack',
      person: 'ana',
    });
  });
});

it('a role is found by its name, with or without @, and no property of an object is one', () => {
  expect(roleOf('@lead', roles)).toBe(roles.lead);
  expect(roleOf('lead', roles)).toBe(roles.lead);
  for (const name of ['constructor', '__proto__', '@toString', '']) expect(roleOf(name, roles)).toBeUndefined();
});
