// Who belongs to a role, asked of a workspace with Slack's own limits: seldom, together, and never to let a stranger in.
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../../src/core/authority/principal.ts';
import type { Directory } from '../../src/ports/directory.ts';
import { createDirectory } from '../../src/slack/directory.ts';
import { clientOf, type Given, givenSandbox } from '../support/given/sandbox.ts';

const roles = {
  sre: { users: [], groups: ['S0SRE'], people: [], tokens: [] },
  lead: { users: ['U0BEN'], groups: [], people: [], tokens: [] },
};
const user = (id: string): Principal => ({
  type: 'person',
  id,
  name: null,
  person: null,
  via: 'slack',
  proof: 'slack_signature',
});
let given: Given;
let now: number;
let directory: Directory;
beforeEach(async () => {
  now = Date.now();
  const nowMs = () => now;
  given = await givenSandbox({ rateLimits: true, nowMs });
  directory = createDirectory(
    { roles, people: {} },
    { client: clientOf(given.sandbox), nowMs, log: pino({ level: 'silent' }) },
  );
});
afterEach(() => given.sandbox.close());

const asked = () => given.sandbox.calls.filter(({ method }) => method === 'usergroups.users.list').length;
const fault = (kind: 'rate_limited' | 'http_500') =>
  given.sandbox.addFault({ method: 'usergroups.users.list', kind, times: 1 });

describe('a role', () => {
  it('has the members of its groups and the people named in it', async () => {
    expect(await directory.members(['@sre', '@lead', '@nobody', 'U0ANA'])).toEqual(['U0ANA', 'U0BEN']);
    expect(await directory.belongsTo(user('U0BEN'), ['@sre', '@lead', '@nobody'])).toEqual(['@sre', '@lead']);
    expect(await directory.belongsTo(user('U0MALLORY'), ['@sre'])).toEqual([]);
    expect(
      await directory.belongsTo({ type: 'token', name: 'U0BEN', rights: [], owner: null, via: 'api' }, ['@sre']),
    ).toEqual([]);
  });

  it('is asked about once for many clicks, and anew after a while', async () => {
    const clicks = Array.from({ length: 50 }, () => directory.belongsTo(user('U0ANA'), ['@sre']));
    expect(new Set((await Promise.all(clicks)).flat())).toEqual(new Set(['@sre']));
    expect(asked()).toBe(1);
    now += 15_000;
    await directory.belongsTo(user('U0ANA'), ['@sre']);
    expect(asked()).toBe(2);
  });

  it('keeps its members while Slack asks for patience, but not for ever', async () => {
    expect(await directory.members(['@sre'])).toHaveLength(2);
    now += 60_000;
    fault('rate_limited');
    expect(await directory.members(['@sre'])).toHaveLength(2);
    now += 300_000;
    fault('rate_limited');
    expect(await directory.members(['@sre'])).toEqual([]);
  });

  it('has nobody when Slack does not answer', async () => {
    expect(await directory.members(['@sre'])).toHaveLength(2);
    now += 60_000;
    fault('http_500');
    expect(await directory.members(['@sre'])).toEqual([]);
  });
});

/** What Slack says of a user is not asked for, for a while after it was. */
const away = () => given.sandbox.addFault({ method: 'users.info', kind: 'http_500', times: 1 });

it('somebody who signed in keeps a role while Slack does not say who is active, a click does not', async () => {
  const signedIn = { ...user('U0BEN'), via: 'web', proof: 'session' } as const;
  away();
  expect(await directory.belongsTo(signedIn, ['@lead'])).toEqual(['@lead']);
  away();
  expect(await directory.belongsTo(user('U0BEN'), ['@lead'])).toEqual([]);
  away();
  expect(await directory.standing('U0BEN')).toBe('unknown');
  const ben = given.sandbox.workspace.users.get('U0BEN');
  if (ben) ben.deleted = true;
  expect(await directory.standing('U0BEN')).toBe('gone');
  expect(await directory.standing('U0NEVER')).toBe('gone');
  expect(await directory.belongsTo(signedIn, ['@lead'])).toEqual([]);
});

it('somebody who was active shortly before may click while Slack asks for patience, but not for ever', async () => {
  expect(await directory.belongsTo(user('U0BEN'), ['@lead'])).toEqual(['@lead']);
  const patience = () => given.sandbox.addFault({ method: 'users.info', kind: 'rate_limited', times: 1 });
  now += 60_000;
  patience();
  expect(await directory.belongsTo(user('U0BEN'), ['@lead'])).toEqual(['@lead']);
  now += 300_000;
  patience();
  expect(await directory.belongsTo(user('U0BEN'), ['@lead'])).toEqual([]);
});

it('somebody deactivated belongs to nothing', async () => {
  const ana = given.sandbox.workspace.users.get('U0ANA');
  if (ana) ana.deleted = true;
  expect(await directory.belongsTo(user('U0ANA'), ['@sre'])).toEqual([]);
});
