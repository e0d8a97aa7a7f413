// The sandbox as the provider of Sign in with Slack: people choose who they are; a code is good once, for its client, address and verifier.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Given, givenSandbox, tokens } from '../support/given/sandbox.ts';

let given: Given;
let base = '';
beforeAll(async () => {
  given = await givenSandbox();
  base = given.sandbox.url.replace(/\/$/, '');
});
afterAll(() => given.sandbox.close());

const back = 'http://127.0.0.1:9/sign-in/slack/callback';
const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');
const authorize = (more: { readonly [name: string]: string } = {}) =>
  fetch(
    `${base}/openid/connect/authorize?${new URLSearchParams({
      ...{ client_id: 'A0FIREBREAK', redirect_uri: back, response_type: 'code', scope: 'openid profile' },
      ...{ state: 's', nonce: 'n', code_challenge: challenge, code_challenge_method: 'S256', ...more },
    })}`,
    { redirect: 'manual' },
  );
async function codeOf(user: string): Promise<string> {
  const { headers } = await authorize({ user });
  return new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
}
async function redeem(code: string, more: { readonly [name: string]: string } = {}) {
  const form = {
    code,
    client_id: 'A0FIREBREAK',
    client_secret: tokens.signingSecret,
    redirect_uri: back,
    code_verifier: verifier,
  };
  const answer = await fetch(`${base}/api/openid.connect.token`, {
    method: 'POST',
    body: new URLSearchParams({ ...form, ...more }),
  });
  return (await answer.json()) as { ok: boolean; error?: string; id_token?: string; access_token?: string };
}

it('lets people choose who they are, and nobody who is gone', async () => {
  const page = await (await authorize()).text();
  expect(page).toContain('Ana Torres');
  expect(page).not.toContain('Slackbot');
  const ben = given.sandbox.workspace.users.get('U0BEN');
  if (ben) ben.deleted = true;
  expect((await authorize({ user: 'U0BEN' })).headers.get('location')).toContain('error=access_denied');
  expect(await (await authorize()).text()).not.toContain('Ben Okafor');
});

it('says who that is in a token for this client and this sign-in', async () => {
  const { ok, id_token: token = '', access_token: access } = await redeem(await codeOf('U0ANA'));
  expect(ok).toBe(true);
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  expect(claims).toMatchObject({
    ...{ iss: base, aud: 'A0FIREBREAK', nonce: 'n', sub: 'U0ANA', email_verified: true },
    ...{ 'https://slack.com/user_id': 'U0ANA', 'https://slack.com/team_id': 'T0FIREBREAK' },
  });
  const me = await fetch(`${base}/api/openid.connect.userInfo`, { headers: { authorization: `Bearer ${access}` } });
  expect(await me.json()).toMatchObject({ ok: true, sub: 'U0ANA' });
});

it('gives nothing for a code that is used, old, or not of who shows it', async () => {
  const used = await codeOf('U0ANA');
  await redeem(used);
  expect(await redeem(used)).toEqual({ ok: false, error: 'invalid_code' });
  const old = await codeOf('U0ANA');
  given.pass(10 * 60_000 + 1);
  expect(await redeem(old)).toEqual({ ok: false, error: 'invalid_code' });
  for (const [more, error] of [
    [{ client_id: 'other' }, 'invalid_client_id'],
    [{ client_secret: 'other' }, 'bad_client_secret'],
    [{ redirect_uri: 'http://127.0.0.1:9/other' }, 'bad_redirect_uri'],
    [{ code_verifier: 'w'.repeat(43) }, 'invalid_code_verifier'],
  ] as const)
    expect(await redeem(await codeOf('U0ANA'), more)).toEqual({ ok: false, error });
});

it('sends nobody anywhere for a client that it does not know', async () => {
  for (const wrong of [
    { client_id: 'other' },
    { redirect_uri: 'javascript:alert(1)' },
    { response_type: 'token' },
    { scope: 'email' },
  ])
    expect((await authorize({ user: 'U0ANA', ...wrong })).status).toBe(400);
});
