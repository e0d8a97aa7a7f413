// Asks who has which right, and why.
import { expect } from 'vitest';
import type { ApiClient } from '../../../src/client/api-client.ts';
import type { RouteName } from '../../../src/contract/routes.ts';

/** Asks each route once; `ask` checks each answer. */
export async function askAccess(ask: ApiClient['call']): Promise<void> {
  const { items } = await ask('GET /access', {});
  expect(items).toContainEqual({ right: 'view', at: 'access.view[0]', to: ['everyone'], where: 'everywhere' });
  const query = { user: 'local:stranger', right: 'bypass' as const };
  expect(await ask('GET /access/check', { query })).toMatchObject({ allowed: false, by: [], incident: null });
}

/** Makes a service token, lists them and takes it back. `lastText`: the latest answer as it was written. */
export async function askTokens(ask: ApiClient['call'], lastText: () => string): Promise<void> {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const made = await ask('POST /tokens', { body: { name: 'ci', rights: ['view'], expiresAt } });
  expect(made).toMatchObject({ token: expect.stringMatching(/^fbt_/), created: { name: 'ci', revoked: null } });
  await ask('GET /tokens', {});
  expect(lastText()).not.toContain(made.token);
  const revoked = await ask('DELETE /tokens/:name', { params: { name: 'ci' }, body: { reason: 'it is over' } });
  expect(revoked.revoked).toMatchObject({ reason: 'it is over', by: { id: 'token:bootstrap' } });
}

/** Asks every route of passkeys as a token, which has none; the answers to people are held against their schemas elsewhere. */
export async function askPasskeys(ask: ApiClient['call'], client: ApiClient): Promise<readonly RouteName[]> {
  expect((await ask('GET /passkeys', {})).items).toEqual([]);
  const params = { id: 'none' };
  const made = { name: 'key', nonce: 'n', credentialId: 'c', attestationObject: 'o', clientDataJSON: 'd' };
  const refused = (code: string) => ({ code });
  await expect(client.call('POST /passkeys/challenge', { body: {} })).rejects.toMatchObject(
    expect.objectContaining({ status: expect.any(Number) }),
  );
  await expect(client.call('POST /passkeys', { body: made })).rejects.toMatchObject(
    expect.objectContaining({ status: expect.any(Number) }),
  );
  const confirm = client.call('POST /passkeys/:id/confirm', { params, body: {} });
  await expect(confirm).rejects.toMatchObject(refused('not_found'));
  await expect(client.call('DELETE /passkeys/:id', { params, body: {} })).rejects.toMatchObject(refused('not_found'));
  const begin = client.call('POST /approvals/:id/challenge', { params, body: { planDigest: 'sha256:1' } });
  await expect(begin).rejects.toMatchObject(refused('not_found'));
  return [
    'POST /passkeys/challenge',
    'POST /passkeys',
    'POST /passkeys/:id/confirm',
    'DELETE /passkeys/:id',
    'POST /approvals/:id/challenge',
  ];
}

/** Asks who asks, and every right with whether it is held. */
export async function askMe(ask: ApiClient['call']): Promise<void> {
  const me = await ask('GET /me', {});
  expect(me).toEqual({
    actor: { kind: 'api', id: 'token:bootstrap', name: 'bootstrap', via: 'api' },
    proof: 'token',
    rights: {
      view: true,
      respond: true,
      start: true,
      order: true,
      operate: true,
      design: true,
      administer: true,
      bypass: false,
    },
    bound: [],
  });
}
