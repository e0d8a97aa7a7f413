// The rules of the system stream, told as stories: kill switches and service tokens.
import { describe, expect, it } from 'vitest';
import type { Right } from '../../src/core/authority/right.ts';
import { type Actor, systemActor } from '../../src/core/events.ts';
import type { CreateToken } from '../../src/core/system/decide.ts';
import { deadSince, switchOf, tokenOf } from '../../src/core/system/state.ts';
import { addMs } from '../../src/core/time.ts';
import { describe as inWords } from '../../src/core/timeline/describe.ts';
import { ana, ben, start } from '../support/given/given.ts';
import { foldOfSystem, givenSystem, manyRights, type PastOfSystem } from '../support/given/system.ts';

const hour = 3_600_000;
const hash = 'ab'.repeat(32);
const halted: PastOfSystem = { type: 'switch.engaged', data: { scope: '*', reason: 'core work' } };
const later = addMs(start, hour);

describe('a kill switch', () => {
  it('is engaged for everything, or for a playbook that there is', () => {
    for (const scope of ['*', 'restart'])
      givenSystem()
        .when({ type: 'engage_switch', scope, reason: 'it loops' })
        .thenEvents({ type: 'switch.engaged', actor: ana, data: { scope, reason: 'it loops' } })
        .thenState({ switches: { [scope]: { scope, reason: 'it loops', by: ana, at: start } } });
  });

  it('is engaged for everything even where no playbook can be read, and for none that there is not', () => {
    givenSystem()
      .when({ type: 'engage_switch', scope: '*', reason: 'x' }, { playbooks: [] })
      .thenEvents({ type: 'switch.engaged', actor: ana, data: { scope: '*', reason: 'x' } });
    givenSystem()
      .when({ type: 'engage_switch', scope: 'restrat', reason: 'x' })
      .thenRefused('not_found', 'there is no playbook restrat; name one, or * for everything');
  });

  it('stays as it is when the same person engages it again for the same reason', () => {
    givenSystem(halted).when({ type: 'engage_switch', scope: '*', reason: 'core work' }).thenNothing();
  });

  it('is taken over by whoever engages it after somebody else, or for another reason', () => {
    for (const [actor, reason] of [
      [ben, 'core work'],
      [ana, 'it still loops'],
    ] as const)
      givenSystem(halted)
        .when({ type: 'engage_switch', scope: '*', reason }, { actor, at: later })
        .thenState({ switches: { '*': { scope: '*', reason, by: actor, at: later } } });
  });

  it('is released, with or without a reason, by anybody', () => {
    givenSystem(halted)
      .when({ type: 'release_switch', scope: '*' }, { actor: ben })
      .thenEvents({ type: 'switch.released', actor: ben, data: { scope: '*' } })
      .thenState({ switches: {} });
    givenSystem(halted)
      .when({ type: 'release_switch', scope: '*', reason: 'done' })
      .thenEvents({ type: 'switch.released', actor: ana, data: { scope: '*', reason: 'done' } });
  });

  it('is not released where it is not engaged, whatever the scope is called', () => {
    for (const scope of ['restart', 'constructor', '__proto__'])
      givenSystem(halted)
        .when({ type: 'release_switch', scope })
        .thenRefused('wrong_state', `nothing is halted for ${scope}`);
  });

  it('that a version engaged which recorded none is recorded as Firebreak, with who, when and why', () => {
    const before = { scope: 'gone', by: ben, reason: 'old trouble', at: '2026-02-01T00:00:00.000Z' };
    givenSystem(halted)
      .when(
        { type: 'take_over_switches', engaged: [{ ...before, scope: '*' }, before] },
        { actor: systemActor, playbooks: [] },
      )
      .thenEvents({
        type: 'switch.engaged',
        actor: systemActor,
        data: { scope: 'gone', reason: 'old trouble', earlier: { by: ben, at: before.at } },
      })
      .thenState({ switches: { '*': { by: ana, reason: 'core work' }, gone: before } });
  });

  it('of no state is not there, even by a name that every object has', () => {
    const state = foldOfSystem([]);
    expect(switchOf(state, 'constructor')).toBeUndefined();
    expect(tokenOf(state, 'constructor')).toBeUndefined();
  });
});

const create = (change: Partial<CreateToken> = {}): CreateToken => ({
  type: 'create_token',
  name: 'ci',
  rights: ['start', 'view'],
  expiresAt: later,
  hash,
  ...change,
});
const made: PastOfSystem = {
  type: 'token.created',
  data: { name: 'ci', rights: ['view', 'start'], expiresAt: later, hash },
};
const revoked: PastOfSystem = { type: 'token.revoked', data: { name: 'ci', reason: 'leaked' } };

describe('a service token', () => {
  it('is made with rights in their one order, each once, and only its hash is recorded', () => {
    givenSystem()
      .when(create({ rights: ['start', 'view', 'start'], owner: 'ben' }))
      .thenEvents({
        type: 'token.created',
        actor: ana,
        data: { name: 'ci', rights: ['view', 'start'], expiresAt: later, owner: 'ben', hash },
      })
      .thenState({ tokens: { ci: { owner: 'ben', createdBy: ana, createdAt: start, revoked: null } } });
  });

  it('may have no rights of its own, because roles and access may name it', () => {
    givenSystem()
      .when(create({ rights: [] }))
      .thenState({ tokens: { ci: { rights: [], owner: null } } });
  });

  it.each(['CI', '-ci', '_ci', 'ci deploy', '', 'c'.repeat(64), 'ci.deploy', 'é'])('is not called %j', (name) => {
    givenSystem()
      .when(create({ name }))
      .thenRefused(
        'invalid',
        'name must be lower-case letters, digits, - and _, such as ci-deploy; at most 63 characters',
      );
  });

  it('is not called bootstrap, which is the name of the one that the environment gives', () => {
    givenSystem()
      .when(create({ name: 'bootstrap' }))
      .thenRefused('invalid', 'name must not be bootstrap, the name of FIREBREAK_API_TOKEN');
  });

  it('never has bypass, whoever makes it', () => {
    givenSystem()
      .when(create({ rights: ['view', 'bypass'] }), { held: [...manyRights, 'bypass'] })
      .thenRefused('invalid', 'rights must not have bypass: only people break the glass');
  });

  it('has no right that its maker does not hold', () => {
    givenSystem()
      .when(create({ rights: ['view', 'operate'] }))
      .thenRefused(
        'not_allowed',
        'you cannot give the right `operate` (halt and release playbooks), because you do not hold it everywhere',
      );
  });

  it('belongs to a person of the configuration or to nobody', () => {
    givenSystem()
      .when(create({ owner: 'eve' }))
      .thenRefused('invalid', 'owner must be a name under `people:` in firebreak.yaml; there are ana, ben');
    givenSystem()
      .when(create({ owner: 'eve' }), { people: {} })
      .thenRefused('invalid', 'owner must be a name under `people:` in firebreak.yaml; nobody stands there');
  });

  it.each([
    ['soon', 'expiresAt must be an instant such as 2027-01-31T12:00:00Z'],
    [start, `expiresAt must be in the future; it is ${start}`],
    ['2026-02-28', 'expiresAt must be in the future; it is 2026-02-28T00:00:00.000Z'],
    ['9999-01-01T00:00:00Z', `expiresAt must be within ten years; the latest is ${addMs(start, 3650 * 24 * hour)}`],
  ])('does not expire %s', (expiresAt, message) => {
    givenSystem().when(create({ expiresAt })).thenRefused('invalid', message);
  });

  it('expires at the instant that was meant, whatever zone it was written in', () => {
    givenSystem()
      .when(create({ expiresAt: '2026-03-01T03:00:00+01:00' }))
      .thenState({ tokens: { ci: { expiresAt: '2026-03-01T02:00:00.000Z' } } });
  });

  it('has its name to itself as long as it lives', () => {
    givenSystem(made)
      .when(create({ hash: 'cd'.repeat(32) }))
      .thenRefused('wrong_state', `there is a token ci until ${later}; revoke it first`);
    const another = create({ hash: 'cd'.repeat(32), expiresAt: addMs(later, hour) });
    const fresh = { tokens: { ci: { hash: 'cd'.repeat(32), revoked: null } } };
    givenSystem(made, revoked).when(another).thenState(fresh);
    givenSystem(made).when(another, { at: later }).thenState(fresh);
  });

  it('is revoked once, by name', () => {
    givenSystem(made)
      .when({ type: 'revoke_token', name: 'ci', reason: 'leaked' }, { actor: ben, at: later })
      .thenEvents({ type: 'token.revoked', actor: ben, data: { name: 'ci', reason: 'leaked' } })
      .thenState({ tokens: { ci: { hash, revoked: { by: ben, at: later, reason: 'leaked' } } } });
    givenSystem(made, revoked)
      .when({ type: 'revoke_token', name: 'ci' })
      .thenRefused('wrong_state', `the token ci was revoked at ${start} already`);
  });

  it('that there is not is not revoked, and neither is that of the environment', () => {
    for (const name of ['cd', 'constructor'])
      givenSystem(made).when({ type: 'revoke_token', name }).thenRefused('not_found', `there is no token ${name}`);
    givenSystem(made)
      .when({ type: 'revoke_token', name: 'bootstrap' })
      .thenRefused('wrong_state', 'the token bootstrap is FIREBREAK_API_TOKEN; take it out of the environment');
  });

  it('is dead from the instant of its expiry on, and once revoked for ever', () => {
    const live = tokenOf(foldOfSystem([made]), 'ci');
    const dead = tokenOf(foldOfSystem([made, revoked]), 'ci');
    if (!live || !dead) throw new Error('it was made');
    expect([addMs(later, -1), later].map((at) => deadSince(live, at))).toEqual([null, 'expired']);
    expect([start, later].map((at) => deadSince(dead, at))).toEqual(['revoked', 'revoked']);
  });
});

describe('the system stream in words', () => {
  const told = ({ type, data }: PastOfSystem, actor: Actor = ana) =>
    inWords({ type, data: JSON.parse(JSON.stringify(data)), actor }).text;

  it('says who did what, for how long and why', () => {
    expect(told(halted)).toBe('ana halted every playbook: core work');
    expect(told({ type: 'switch.released', data: { scope: 'restart', reason: 'fixed' } })).toBe(
      'ana released the playbook restart: fixed',
    );
    expect(told(made)).toBe(`ana made the token ci with view, start, until ${later}`);
    expect(told(revoked)).toBe('ana revoked the token ci: leaked');
  });

  it('tells a halt that is older than the record as what it was', () => {
    const earlier = { by: ben, at: '2026-02-01T00:00:00.000Z' };
    expect(told({ type: 'switch.engaged', data: { scope: '*', reason: 'old', earlier } }, systemActor)).toBe(
      'ben halted every playbook at 2026-02-01T00:00:00.000Z, before halts were recorded: old',
    );
  });

  it('says so where a token has no rights of its own, or belongs to somebody', () => {
    const rights: Right[] = [];
    expect(told({ type: 'token.created', data: { name: 'ci', rights, expiresAt: later, owner: 'ben', hash } })).toBe(
      `ana made the token ci of ben with no rights of its own, until ${later}`,
    );
  });
});
