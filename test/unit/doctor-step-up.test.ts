// What the doctor says of passkeys that are demanded: none can be made here, nobody has one that counts, or all is well.
import { expect, it } from 'vitest';
import { checkStepUp } from '../../src/cli/doctor/step-up.ts';
import type { Passkey } from '../../src/core/step-up/passkey.ts';
import { playbook, start } from '../support/given/given.ts';

const role = (more: { users?: string[]; groups?: string[]; people?: string[]; stepUp?: boolean }) => ({
  ...{ users: [], groups: [], people: [], tokens: [], stepUp: true },
  ...more,
});
const people = { ana: { slack: 'U0ANA', subject: 'ana' } };
const key = (id: string, more: Partial<Passkey> = {}): Passkey => ({
  ...{ credentialId: id, name: 'key', owner: { kind: 'user', id }, publicKey: { algorithm: 'ES256', key: 'x' } },
  ...{ rpId: 'fb.test', provenBy: 'oidc', registeredAt: start, countsSince: start, revoked: null },
  ...more,
});
const steps = (approval: string) => [
  playbook(`  - { id: cut, uses: shell.run, with: { command: [/bin/true] }, risk: high, approval: ${approval} }`),
];
const says = (given: Partial<Parameters<typeof checkStepUp>[0]>, keys: readonly Passkey[] = []) =>
  checkStepUp(
    { publicUrl: 'https://fb.test', roles: {}, people, playbooks: [], ...given },
    Object.fromEntries(keys.map((one) => [one.credentialId, one])),
    start,
  ).map(({ status, found }) => `${status}: ${found}`);

const nobodyOfSre =
  'warn: the role @sre demands a passkey, and nobody of it has one that counts at fb.test: nobody can approve';

it('the doctor says nothing of passkeys where none is demanded', () => {
  expect(says({ roles: { sre: role({ stepUp: false }) }, playbooks: steps('{ from: ["@sre"] }') })).toEqual([]);
});

it('the doctor warns where the public address lets no passkey count', () => {
  expect(says({ publicUrl: 'http://10.0.0.5:3000', roles: { sre: role({}) } })).toEqual([
    'warn: passkeys are demanded (the role @sre), and none can be made at http://10.0.0.5:3000',
  ]);
});

it('the doctor warns where nobody of a role has a passkey that counts', () => {
  const roles = { sre: role({ users: ['U0BEN'], people: ['ana'] }) };
  expect(says({ roles })).toEqual([nobodyOfSre]);
  expect(says({ roles }, [key('U0EVE')])).toEqual([nobodyOfSre]);
  expect(says({ roles }, [key('U0BEN', { countsSince: null })])).toEqual([nobodyOfSre]);
  const revoked = { by: { kind: 'user' as const, id: 'U0BEN' }, at: start, reason: null };
  expect(says({ roles }, [key('U0BEN', { revoked })])).toEqual([nobodyOfSre]);
  expect(says({ roles }, [key('U0BEN', { rpId: 'old.test' })])).toEqual([nobodyOfSre]);
  expect(says({ roles }, [key('oidc:ana')])).toEqual(['ok: 1 count at fb.test']);
});

it('the doctor takes any passkey for one of a group of Slack, whose members it does not know', () => {
  const roles = { sre: role({ groups: ['S0SRE'] }) };
  expect(says({ roles })).toEqual([nobodyOfSre]);
  expect(says({ roles }, [key('U0EVE')])).toEqual(['ok: 1 count at fb.test']);
});

it('the doctor warns of a step whose rule demands a passkey that none of its names has', () => {
  const playbooks = steps('{ from: ["@sre", U0CTO], stepUp: true }');
  const given = { playbooks, roles: { sre: role({ stepUp: false, users: ['U0BEN'] }) } };
  expect(says(given)).toEqual([expect.stringMatching(/^warn: step cut of .* demands a passkey, and nobody of it/)]);
  expect(says(given, [key('U0CTO')])).toEqual(['ok: 1 count at fb.test']);
});
