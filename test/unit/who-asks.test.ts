// Who asks the API: proven by a token, by being on this machine, or not at all; and what each refusal says.

import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/json.ts';
import { err, ok } from '../../src/core/result.ts';
import type { TokenRecord } from '../../src/core/system/state.ts';
import { createTokens } from '../../src/engine/system/authenticate-token.ts';
import { type ApiDeps, addApi } from '../../src/http/api/api.ts';
import { createServer } from '../../src/http/server.ts';
import { noMetrics } from '../support/given/metrics.ts';

const now = Date.parse('2026-03-01T00:00:00.000Z');
const by = { kind: 'user', id: 'U1' } as const;
const record = (name: string, more: Partial<TokenRecord> = {}): TokenRecord => ({
  name,
  rights: [],
  expiresAt: '2026-04-01T00:00:00.000Z',
  owner: null,
  hash: sha256(`fbt_${name}`),
  createdBy: by,
  createdAt: '2026-02-01T00:00:00.000Z',
  revoked: null,
  ...more,
});
const records = [
  record('ci', { owner: 'ana' }),
  record('old', { expiresAt: '2026-02-28T00:00:00.000Z' }),
  record('leaked', { revoked: { by, at: '2026-02-02T00:00:00.000Z', reason: null } }),
];
const tokens = createTokens({
  store: { byHash: async (hash) => records.find((one) => one.hash === hash) ?? null },
  runtime: { nowMs: () => now },
  bootstrapHash: sha256('the-token-of-the-environment'),
});

/** Everything to everybody but bypass; to order is bound to something. */
const authorisedTo: ApiDeps['authorised'] = async (_principal, right, { anything }) =>
  right === 'bypass' || (right === 'order' && anything !== true)
    ? err({ code: 'not_allowed', message: `lacks ${right}`, right })
    : ok(undefined);

type Headers = { readonly [name: string]: string };
type Asked = { readonly status: number; readonly body: Record<string, unknown> };

/** Asks who asks. `localName` null: the environment gives a token, so that programs on this machine need one as well. */
async function ask(headers: Headers, localName: string | null, remoteAddress = '127.0.0.1'): Promise<Asked> {
  const app = createServer({
    runtime: { nowMs: () => now, monotonicMs: () => 0, random: () => 0.5, newId: () => 'req_1' },
    log: pino({ level: 'silent' }),
    ready: async () => null,
    metrics: noMetrics,
    parts: () => [],
    slack: null,
    countRefused: () => undefined,
    metricsArePublic: true,
  });
  const people = { ana: { local: 'owner' } };
  const given: Partial<ApiDeps> = {
    tokens,
    localName,
    localPeer: async () => 'own',
    people,
    surface: 'api',
    authorised: authorisedTo,
    readsFor: () => ({}) as never,
  };
  // Nothing else is asked of the API.
  addApi(app, given as ApiDeps);
  const answer = await app.inject({
    url: '/api/v1/me',
    headers: { host: 'localhost:3000', ...headers },
    remoteAddress,
  });
  await app.close();
  return { status: answer.statusCode, body: answer.json() };
}
const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

describe('whoever asks the API', () => {
  it.each([
    [
      'no token',
      {},
      'unauthorized',
      /send the header `Authorization: Bearer <token>`; `firebreak tokens create` makes/,
    ],
    ['another scheme', { authorization: 'Basic YTpi' }, 'unauthorized', /must be `Bearer <token>`/],
    ['an empty token', { authorization: 'Bearer ' }, 'unauthorized', /must be `Bearer <token>`/],
    ['a token that nobody made', bearer('fbt_other'), 'token_unknown', /is not known; look for a typing error/],
    ['an expired token', bearer('fbt_old'), 'token_expired', /the token old expired at 2026-02-28.*makes another/],
    ['a revoked token', bearer('fbt_leaked'), 'token_revoked', /leaked was revoked at 2026-02-02.*ask whoever did so/],
  ])('with %s is told what is wrong and what to do', async (_, headers, code, message) => {
    const { status, body } = await ask(headers, null);
    expect(status).toBe(401);
    expect(body).toMatchObject({ code, detail: expect.stringMatching(message) });
    expect(JSON.stringify(body)).not.toContain('fbt_');
  });

  it('acts as the token that is shown, with the person that it belongs to', async () => {
    expect(await ask(bearer('fbt_ci'), null, '192.0.2.7')).toMatchObject({
      status: 200,
      body: { actor: { kind: 'api', id: 'token:ci', via: 'api', person: 'ana' }, proof: 'token' },
    });
    expect(await ask(bearer('the-token-of-the-environment'), null)).toMatchObject({
      body: { actor: { id: 'token:bootstrap' } },
    });
  });

  it('acts as the user of this machine only on this machine, and only where no token is asked for', async () => {
    const local = { actor: { kind: 'user', id: 'local:owner', person: 'ana', via: 'api' }, proof: 'machine' };
    expect(await ask({}, 'owner')).toMatchObject({ status: 200, body: local });
    expect(await ask({}, 'owner', '192.0.2.7')).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    const rebound = await ask({ host: 'evil.example.com' }, 'owner');
    expect(rebound).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    // Whoever shows a token means to act as it.
    expect(await ask(bearer('fbt_ci'), 'owner')).toMatchObject({ body: { actor: { id: 'token:ci' } } });
    expect(await ask(bearer('fbt_other'), 'owner')).toMatchObject({ status: 401 });
  });

  it('is told which rights are held for everything, and which only for something', async () => {
    const { body } = await ask(bearer('fbt_ci'), null);
    expect(body).toMatchObject({ rights: { start: true, order: false, bypass: false }, bound: ['order'] });
  });

  it('came by the page where the browser says so', async () => {
    const via = async (headers: Headers) => (await ask({ ...bearer('fbt_ci'), ...headers }, null)).body['actor'];
    expect(await via({ 'sec-fetch-site': 'same-origin' })).toMatchObject({ via: 'web' });
    expect(await via({ origin: 'http://localhost:3000' })).toMatchObject({ via: 'web' });
    expect(await via({ 'sec-fetch-site': 'none' })).toMatchObject({ via: 'api' });
    expect(await via({ origin: 'https://evil.example.com', 'sec-fetch-site': 'same-origin' })).toMatchObject({
      via: 'api',
    });
  });
});
