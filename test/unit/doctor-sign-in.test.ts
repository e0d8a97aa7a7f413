// What the doctor says of the sign-in: nothing configured, an address that is not https, a provider that cannot be asked.
import { describe, expect, it } from 'vitest';
import { checkSignIn } from '../../src/cli/doctor/sign-in.ts';

const session = { idleMs: 1, lifetimeMs: 1 };
const client = { clientId: 'c', clientSecret: 'a-client-secret' };
const oidc = { issuer: 'https://login.example.com', ...client, name: 'SSO', scopes: [], domains: null };
const slack = { botToken: 'xoxb-1', signingSecret: null, appToken: null, apiUrl: null };
const none = { slack: null, oidc: null, session };
const publicUrl = 'https://fb.example.com';

const providerAt =
  (issuer: string, status = 200): typeof fetch =>
  async () =>
    new Response(JSON.stringify({ issuer, authorization_endpoint: 'a', token_endpoint: 't' }), { status });

describe('the doctor says of the sign-in', () => {
  it('that there is none, and what that means where links stand in Slack', async () => {
    expect(await checkSignIn({ publicUrl, slack: null, file: { signIn: none } })).toMatchObject([{ status: 'ok' }]);
    expect(await checkSignIn({ publicUrl, slack, file: { signIn: none } })).toMatchObject([
      { status: 'warn', found: expect.stringContaining('links in Slack'), advice: expect.stringContaining('sign_in:') },
    ]);
  });

  it('which redirect URI is to be entered at a provider that answers', async () => {
    const file = { signIn: { ...none, oidc } };
    expect(await checkSignIn({ publicUrl, slack: null, file }, providerAt('https://login.example.com'))).toMatchObject([
      { status: 'ok', found: expect.stringContaining('https://fb.example.com/sign-in/oidc/callback') },
    ]);
  });

  it.each([
    ['answers with an error', providerAt('https://login.example.com', 404), /answers 404/],
    ['calls itself otherwise', providerAt('https://login.example.org'), /must be exactly that/],
    ['is no provider', async () => new Response('<html>'), /openid-configuration/],
    ['is away', async () => Promise.reject(new Error('ECONNREFUSED')), /ECONNREFUSED/],
  ] as const)('that a provider %s', async (_, fetchFrom, found) => {
    const file = { signIn: { ...none, oidc } };
    expect(await checkSignIn({ publicUrl, slack: null, file }, fetchFrom)).toMatchObject([
      { status: 'fail', found: expect.stringMatching(found) },
    ]);
  });

  it('that an address is not https, unless it is this machine', async () => {
    const file = { signIn: { ...none, slack: client } };
    const says = async (url: string, apiUrl: string | null) =>
      (
        await checkSignIn(
          { publicUrl: url, slack: { ...slack, apiUrl }, file },
          providerAt(apiUrl ? 'http://127.0.0.1:4' : 'https://slack.com'),
        )
      ).map(({ status }) => status);
    expect(await says('http://10.0.0.5:3000', null)).toEqual(['fail', 'ok']);
    expect(await says('http://localhost:3000', null)).toEqual(['warn', 'ok']);
    expect(await says('http://127.0.0.1:3000', 'http://127.0.0.1:4/api/')).toEqual(['ok']);
    expect(await says(publicUrl, null)).toEqual(['ok']);
  });
});
