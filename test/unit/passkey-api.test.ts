// Passkeys over the API: what people are answered fits the contract to the last member.
import { expect, it } from 'vitest';
import type { RouteContract } from '../../src/contract/route.ts';
import { type RouteName, routes } from '../../src/contract/routes.ts';
import type { Principal } from '../../src/core/authority/principal.ts';
import type { Refusal } from '../../src/core/refusal.ts';
import type { Result } from '../../src/core/result.ts';
import { addPasskeys } from '../../src/http/api/passkeys.ts';
import type { ServeRoutes } from '../../src/http/api/serve-routes.ts';
import { Authenticator } from '../support/step-up/authenticator.ts';
import { codeOf, given, onPage, StepUpWorld, site } from '../support/step-up/world.ts';

type Handler = (asked: object, command: object) => Promise<Result<unknown, Refusal>>;

function apiOf(world: StepUpWorld) {
  const handlers = new Map<string, Handler>();
  const add = (name: string, handler: unknown) => handlers.set(name, handler as Handler);
  addPasskeys({ read: add, order: add } as unknown as ServeRoutes, { operations: world.engine.operations });
  const reads = { run: async (id: string) => ({ state: (await world.engines.store.loadRun(id))?.run }) };
  return async (name: RouteName, principal: Principal, asked: object = {}) => {
    const answer = await handlers.get(name)?.({ principal, reads, body: {}, ...asked }, { cause: 'req_1' });
    if (!answer) throw new Error(`${name} is not served`);
    const { answers }: RouteContract = routes[name];
    const schema = (answers[201] ?? answers[200])?.schema;
    if (answer.ok) expect(schema?.parse(answer.value)).toEqual(answer.value);
    return answer;
  };
}

it('a passkey is made, listed, confirmed and revoked, and every answer fits its schema', async () => {
  const world = new StepUpWorld();
  const api = apiOf(world);
  const ana = onPage('U0ANA', world.at, 'slack');
  const key = new Authenticator(site);
  const begun = given(await api('POST /passkeys/challenge', ana)) as { nonce: string; challenge: string };
  const body = { name: 'key', nonce: begun.nonce, ...key.made(begun.challenge) };
  expect(given(await api('POST /passkeys', ana, { body }))).toMatchObject({ status: 'waits', countsSince: null });
  const params = { id: key.credentialId };
  const ben = onPage('oidc:ben', world.at);
  expect(given(await api('POST /passkeys/:id/confirm', ben, { params }))).toMatchObject({ status: 'counts' });
  const approval = await world.asked();
  const { planDigest } = approval;
  const about = { params: { id: approval.id }, body: { planDigest } };
  expect(given(await api('POST /approvals/:id/challenge', ana, about))).toMatchObject({ ...site });
  const other = { ...about, body: { planDigest: 'sha256:other' } };
  expect(codeOf(await api('POST /approvals/:id/challenge', ana, other))).toBe('plan_changed');
  const none = { ...about, params: { id: 'none' } };
  expect(codeOf(await api('POST /approvals/:id/challenge', ana, none))).toBe('not_found');
  const lost = { params, body: { reason: 'lost' } };
  expect(given(await api('DELETE /passkeys/:id', ana, lost))).toMatchObject({ revoked: { reason: 'lost' } });
  expect(given(await api('GET /passkeys', ana))).toMatchObject({ items: [{ status: 'revoked' }] });
});
