// What Slack's errors mean, as the real client throws them for real answers over HTTP.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { WebClient } from '@slack/web-api';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boltLogger } from '../../src/slack/bolt-logger.ts';
import { errorClassOf, isPlatformError, type SlackTrouble, troubleOf } from '../../src/slack/slack-error.ts';

let reply: (response: ServerResponse) => void;
const server = createServer((request, response) => {
  request.resume();
  reply(response);
});
let client: WebClient;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  client = new WebClient('xoxb-test', {
    slackApiUrl: `http://127.0.0.1:${port}/api/`,
    logger: boltLogger(pino({ level: 'silent' })),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 200,
  });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
});

async function thrown(answer: typeof reply): Promise<unknown> {
  reply = answer;
  return client.chat.postMessage({ channel: 'C1', text: 'x' }).then(
    () => expect.fail('Slack accepted it'),
    (error: unknown) => error,
  );
}
const says = (error: string, more: object = {}) =>
  thrown((response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: false, error, ...more })),
  );

describe('an error of Slack', () => {
  const kinds: readonly (readonly [string, SlackTrouble['kind']])[] = [
    ['ratelimited', 'wait'],
    ['internal_error', 'ambiguous'],
    ['fatal_error', 'ambiguous'],
    ['invalid_blocks', 'content'],
    ['msg_too_long', 'content'],
    ['is_archived', 'place'],
    ['not_in_channel', 'place'],
    ['token_revoked', 'dead'],
    ['something_new', 'other'],
    ['constructor', 'other'],
  ];
  for (const [code, kind] of kinds)
    it(`${code}: ${kind}`, async () => {
      expect(troubleOf(await says(code))).toMatchObject({ kind, code, message: expect.stringContaining(code) });
    });

  it('names the scope that is missing', async () => {
    const trouble = troubleOf(await says('missing_scope', { needed: 'chat:write', provided: 'commands' }));
    expect(trouble).toMatchObject({ kind: 'place', message: 'Slack says missing_scope (needed: chat:write)' });
  });

  it('says how long to wait', async () => {
    const limited = await thrown((response) => response.writeHead(429, { 'retry-after': '30' }).end('{}'));
    expect(troubleOf(limited)).toMatchObject({ kind: 'wait', retryAfterMs: 30_000 });
  });

  it('leaves open whether it has happened, when there is no answer or a broken one', async () => {
    expect(troubleOf(await thrown((response) => response.writeHead(500).end()))).toMatchObject({
      kind: 'ambiguous',
      code: 'http_500',
    });
    const dropped = { kind: 'ambiguous', code: 'unreachable' };
    expect(troubleOf(await thrown((response) => response.destroy()))).toMatchObject(dropped);
    expect(troubleOf(await thrown(() => undefined))).toMatchObject(dropped);
  });

  it('is no error of Slack when it is a bug of ours', () => {
    expect(troubleOf(new TypeError('x is undefined'))).toMatchObject({ kind: 'other', code: 'unexpected' });
    expect(troubleOf('text')).toMatchObject({ kind: 'other', message: 'text' });
  });

  it('is told apart by its code', async () => {
    const error = await says('name_taken');
    expect(isPlatformError(error, ['name_taken'])).toBe(true);
    expect(isPlatformError(error, ['other'])).toBe(false);
    expect(isPlatformError(new Error('name_taken'), ['name_taken'])).toBe(false);
  });
});

it('a step learns of it by its own classes', () => {
  const classOf = (kind: SlackTrouble['kind']) =>
    errorClassOf({ kind, code: 'x', message: 'x', retryAfterMs: 1 } as SlackTrouble);
  expect(classOf('wait')).toBe('rate_limited');
  expect(classOf('content')).toBe('invalid');
  expect(classOf('place')).toBe('invalid');
  expect(classOf('dead')).toBe('auth');
  expect(classOf('ambiguous')).toBe('transient');
  expect(classOf('other')).toBe('transient');
});
