// What goes wrong with Slack itself, as the real client sees it: tokens, scopes, rate limits, and every fault that can be set.
import { WebAPIHTTPError, WebAPIRateLimitedError, WebAPIRequestError, WebClient } from '@slack/web-api';
import { afterEach, describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/types.ts';
import { clientOf, type Given, givenSandbox, logger, refusal, tokens } from '../support/given/sandbox.ts';

let given: Given;
afterEach(async () => given.sandbox.close());
const start = async (options: Partial<SandboxOptions> = {}) => {
  given = await givenSandbox(options);
  return given;
};
const texts = ({ sandbox, general }: Given) => sandbox.messages(general).map(({ text }) => text);
const caught = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

describe('tokens and scopes', () => {
  it('none, a wrong one, and the wrong kind are refused', async () => {
    const { sandbox, client } = await start();
    const post = (headers: { [name: string]: string }, body = '') =>
      fetch(`${sandbox.apiUrl}auth.test`, { method: 'POST', headers, body }).then((answer) => answer.json());
    expect(await post({})).toEqual({ ok: false, error: 'not_authed' });
    expect(await post({ 'content-type': 'application/json' }, '[1]')).toEqual({ ok: false, error: 'invalid_json' });
    expect((await refusal(clientOf(sandbox, 'xoxb-other').auth.test())).error).toBe('invalid_auth');
    expect((await refusal(client.apps.connections.open({}))).error).toBe('not_allowed_token_type');
    expect((await refusal(clientOf(sandbox, 'xapp-other').apps.connections.open({}))).error).toBe('invalid_auth');
    expect((await clientOf(sandbox, tokens.appToken).apps.connections.open({})).url).toMatch(
      /^ws:\/\/127\.0\.0\.1:\d+\/link\/\?ticket=/,
    );
  });

  it('a method without its scope says which is needed', async () => {
    const { client, general: channel } = await start({ scopes: ['channels:read'] });
    const answer = await fetch(`${given.sandbox.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.botToken}` },
      body: new URLSearchParams({ channel, text: 'x' }),
    });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { ok: false, error: 'missing_scope', needed: 'chat:write', provided: 'channels:read' },
    ]);
    expect((await client.conversations.info({ channel })).ok).toBe(true);
  });

  it('chat:write.public posts where the bot is not', async () => {
    const { client, sandbox } = await start({ scopes: ['chat:write', 'chat:write.public'] });
    const channel = sandbox.workspace.createChannel('public', 'open', 'U0ANA').id;
    expect((await client.chat.postMessage({ channel, text: 'x' })).ok).toBe(true);
  });
});

describe('rate limits', () => {
  it('take one message per second and channel after a burst, and say how long to wait', async () => {
    const { client, general: channel, sandbox, pass } = await start({ rateLimits: true });
    const post = (to = channel) => client.chat.postMessage({ channel: to, text: 'x' });
    for (let i = 0; i < 10; i++) await post();
    const error = await caught(post());
    expect(error).toBeInstanceOf(WebAPIRateLimitedError);
    expect((error as WebAPIRateLimitedError).retryAfter).toBe(1);
    await post(sandbox.channel('incidents')?.id);
    pass(1000);
    await post();
    expect(await caught(post())).toBeInstanceOf(WebAPIRateLimitedError);
  });

  it('take 20 calls a minute of tier 2', async () => {
    const { client, pass } = await start({ rateLimits: true });
    const create = (i: number) => client.conversations.create({ name: `c${i}` });
    for (let i = 0; i < 20; i++) await create(i);
    expect(await caught(create(20))).toMatchObject({ retryAfter: 3 });
    pass(3000);
    expect((await create(20)).ok).toBe(true);
  });
});

describe('a fault', () => {
  it('holds for its method, its channel and its number of times', async () => {
    const { client, sandbox, general } = await start();
    sandbox.addFault({ method: 'chat.postMessage', channel: general, kind: 'ratelimited_body', times: 2 });
    const elsewhere = sandbox.channel('incidents')?.id ?? '';
    await client.chat.postMessage({ channel: elsewhere, text: 'x' });
    await client.auth.test();
    for (const left of [1, 0]) {
      expect((await refusal(client.chat.postMessage({ channel: general, text: 'x' }))).error).toBe('ratelimited');
      expect(sandbox.pendingFaults().map(({ times }) => times)).toEqual(left ? [left] : []);
    }
    await client.chat.postMessage({ channel: general, text: 'x' });
    expect(texts(given)).toEqual(['x']);
    expect(sandbox.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(4);
  });

  const post = ({ client, general }: Given) => client.chat.postMessage({ channel: general, text: 'x' });

  it('rate_limited: 429 with Retry-After', async () => {
    await start();
    given.sandbox.addFault({ method: '*', kind: 'rate_limited', times: 1, retryAfterSeconds: 7 });
    expect(await caught(post(given))).toMatchObject({ retryAfter: 7 });
    expect(texts(given)).toEqual([]);
  });

  for (const kind of ['invalid_auth', 'token_revoked'] as const)
    it(`${kind}: nothing happens`, async () => {
      await start();
      given.sandbox.addFault({ method: '*', kind, times: 1 });
      expect((await refusal(post(given))).error).toBe(kind);
      expect(texts(given)).toEqual([]);
    });

  it('http_500 and drop: nothing happens', async () => {
    await start();
    given.sandbox.addFault({ method: '*', kind: 'http_500', times: 1 });
    expect(await caught(post(given))).toBeInstanceOf(WebAPIHTTPError);
    given.sandbox.addFault({ method: '*', kind: 'drop', times: 1 });
    expect(await caught(post(given))).toBeInstanceOf(WebAPIRequestError);
    expect(texts(given)).toEqual([]);
  });

  it('internal_error, effect_then_drop, effect_then_timeout: it happens, and the caller does not know', async () => {
    const { sandbox, general } = await start();
    sandbox.addFault({ method: '*', kind: 'internal_error', times: 1 });
    expect((await refusal(post(given))).error).toBe('internal_error');
    sandbox.addFault({ method: '*', kind: 'effect_then_drop', times: 1 });
    expect(await caught(post(given))).toBeInstanceOf(WebAPIRequestError);
    sandbox.addFault({ method: '*', kind: 'effect_then_timeout', times: 1 });
    const impatient = new WebClient(tokens.botToken, {
      slackApiUrl: sandbox.apiUrl,
      retryConfig: { retries: 0 },
      timeout: 200,
      logger,
    });
    expect(await caught(impatient.chat.postMessage({ channel: general, text: 'x' }))).toBeInstanceOf(
      WebAPIRequestError,
    );
    expect(texts(given)).toEqual(['x', 'x', 'x']);
  });
});
