// What is counted of calls of Slack: every method of the library, by how it ended, and how long calls wait for the rates.
import pino from 'pino';
import { expect, it } from 'vitest';
import { MeteredClient } from '../../src/slack/metered-client.ts';
import { createRateLimiter } from '../../src/slack/outbound/rate-limiter.ts';
import { ManualClock } from '../support/given/clocks.ts';
import { aloneRates } from '../support/given/slack-rates.ts';

type Answer = {
  readonly status: number;
  readonly data: string;
  readonly headers?: { readonly [name: string]: string };
};

/** A client of a Slack that answers so, and what was counted of it. */
function given(answer: Answer) {
  const counted: string[] = [];
  const client = new MeteredClient({ countCall: (method, outcome) => counted.push(`${method} ${outcome}`) }, 'xoxb-1', {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: async () => new Response(answer.data, { status: answer.status, headers: { ...answer.headers } }),
    logger: {
      ...{ debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      ...{ setLevel: () => undefined, getLevel: () => undefined as never, setName: () => undefined },
    },
  });
  return { client, counted };
}

it('a call that Slack takes is counted by its method', async () => {
  const { client, counted } = given({ status: 200, data: '{"ok":true}' });
  await client.chat.postMessage({ channel: 'C1', text: 'x' });
  await client.conversations.info({ channel: 'C1' });
  await client.auth.test();
  expect(counted).toEqual(['chat.postMessage ok', 'conversations.info ok', 'auth.test ok']);
});

it.each([
  [{ status: 429, data: '', headers: { 'retry-after': '3' } }, 'rate_limited'],
  [{ status: 200, data: '{"ok":false,"error":"channel_not_found"}' }, 'place'],
  [{ status: 200, data: '{"ok":false,"error":"invalid_auth"}' }, 'dead'],
  [{ status: 503, data: '' }, 'ambiguous'],
])('a call that Slack answers with %o is counted as %s, and fails as before', async (answer, outcome) => {
  const { client, counted } = given(answer);
  await expect(client.chat.postMessage({ channel: 'C1', text: 'x' })).rejects.toThrow();
  expect(counted).toEqual([`chat.postMessage ${outcome}`]);
});

it('what a call waited for the rates is measured under its lane', async () => {
  const clock = new ManualClock();
  const waited: string[] = [];
  const meter = { observeLane: (lane: string, ms: number) => waited.push(`${lane} ${ms > 0 ? 'waited' : 'at once'}`) };
  const limiter = createRateLimiter(clock, pino({ level: 'silent' }), { shared: aloneRates, meter });
  const post = () =>
    limiter.schedule({ lane: 'log', method: 'chat.postMessage', channelId: 'C1', run: async () => undefined });
  const all = Promise.all([post(), post(), post(), post()]);
  await clock.pass(60_000);
  await all;
  expect(waited).toContain('log at once');
  expect(waited).toContain('log waited');
});
