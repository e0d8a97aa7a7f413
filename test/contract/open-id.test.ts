// What is believed of an OpenID provider's answer, against one that a test steers: each lie is found, and nobody is let in by it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Binding, createOpenId, type OpenId } from '../../src/http/session/sign-in/open-id.ts';
import { otherKey, startProvider } from '../support/given/openid-provider.ts';

let provider: Awaited<ReturnType<typeof startProvider>>;
let openId: OpenId;
let nowMs = 0;
const redirectUri = 'http://127.0.0.1:1/sign-in/oidc/callback';
const settings = { clientId: 'fb', clientSecret: 'a-client-secret', scopes: ['openid', 'email'], redirectUri };

beforeAll(async () => {
  provider = await startProvider('fb');
  openId = createOpenId({ issuer: provider.issuer, ...settings }, { nowMs: () => nowMs });
});
afterAll(() => provider.close());
afterEach(() => provider.steer());

async function begun(): Promise<{ binding: Binding; url: URL }> {
  const binding = await openId.newBinding();
  const url = await openId.begin(binding);
  if (!url.ok) throw new Error(url.error.reason);
  return { binding, url: url.value };
}
/** How a sign-in ends: the subject, or how it failed. */
async function ends(change: (binding: Binding) => Binding = (binding) => binding, more = {}): Promise<unknown> {
  const { binding, url } = await begun();
  const claims = await openId.finish(provider.yes(url, more), change(binding));
  return claims.ok ? claims.value['sub'] : claims.error.outcome;
}

describe('a provider', () => {
  it('is asked with a state, a nonce and a challenge that are new each time, and never sees the verifier before the code', async () => {
    const [first, second] = [await begun(), await begun()];
    const asked = Object.fromEntries(first.url.searchParams);
    expect(asked).toMatchObject({
      ...{ client_id: 'fb', redirect_uri: redirectUri, response_type: 'code', scope: 'openid email' },
      ...{ state: first.binding.state, nonce: first.binding.nonce, code_challenge_method: 'S256' },
    });
    expect(first.url.href).not.toContain(first.binding.verifier);
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(second.url.searchParams.get(name)).not.toBe(asked[name]);
  });

  it('that answers truly is believed, and its further answer about the person is heard', async () => {
    expect(await ends()).toBe('subject-1');
    provider.steer({ userInfo: { email: 'ana@example.com', email_verified: true } });
    const { binding, url } = await begun();
    expect(await openId.finish(provider.yes(url), binding)).toMatchObject({
      value: { sub: 'subject-1', email: 'ana@example.com', email_verified: true },
    });
  });

  const now = Math.floor(Date.now() / 1000);
  it.each([
    ['another nonce', { claims: (right: object) => ({ ...right, nonce: 'of-somebody-else' }) }],
    ['no nonce', { claims: ({ nonce: _, ...right }: { nonce?: unknown }) => right }],
    ['another issuer', { claims: (right: object) => ({ ...right, iss: 'https://evil.example.com' }) }],
    ['another audience', { claims: (right: object) => ({ ...right, aud: 'another-app' }) }],
    ['a time that is over', { claims: (right: object) => ({ ...right, exp: now - 600 }) }],
    ['no subject', { claims: ({ sub: _, ...right }: { sub?: unknown }) => right }],
    ['a signature of another key', { key: otherKey }],
    ['no signature', { header: { alg: 'none' } }],
    ['a key that is not published', { header: { alg: 'RS256', kid: 'other' } }],
  ])('whose token has %s is not believed', async (_, change) => {
    provider.steer(change as Parameters<typeof provider.steer>[0]);
    expect(await ends()).toBe('wrong');
  });

  it('is not believed in an answer with another state, or of another issuer', async () => {
    expect(await ends((binding) => ({ ...binding, state: 'of-another-browser' }))).toBe('wrong');
    expect(await ends(undefined, { iss: 'https://evil.example.com' })).toBe('wrong');
  });

  it('gives nothing for a code to who has not the verifier', async () => {
    const other = (await openId.newBinding()).verifier;
    expect(await ends((binding) => ({ ...binding, verifier: other }))).toBe('refused');
  });

  it('that refuses a code, in the way of the standard or of Slack, or that says no, lets nobody in', async () => {
    provider.steer({ answer: { status: 400, body: { error: 'invalid_grant' } } });
    expect(await ends()).toBe('refused');
    provider.steer({ answer: { status: 200, body: { ok: false, error: 'invalid_code' } } });
    expect(await ends()).toBe('refused');
    provider.steer();
    const { binding } = await begun();
    const no = new URLSearchParams({ error: 'access_denied', state: binding.state });
    expect(await openId.finish(no, binding)).toMatchObject({ error: { outcome: 'denied' } });
  });

  it('that is away is away, and is asked again by the next person', async () => {
    const away = await startProvider('fb');
    await away.close();
    const unreachable = createOpenId({ issuer: away.issuer, ...settings }, { nowMs: () => 0 });
    const binding = await unreachable.newBinding();
    for (let n = 0; n < 2; n++)
      expect(await unreachable.begin(binding)).toMatchObject({ ok: false, error: { outcome: 'away' } });
  });

  it('describes itself once an hour, not for each person', async () => {
    const before = provider.discoveries();
    await Promise.all([begun(), begun(), begun()]);
    expect(provider.discoveries()).toBe(before);
    nowMs += 3_600_001;
    await begun();
    expect(provider.discoveries()).toBe(before + 1);
  });
});
