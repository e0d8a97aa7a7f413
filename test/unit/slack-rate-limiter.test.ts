// Slack's rate limiter on a clock of our own: what goes first, how fast, and what happens after a 429.

import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import fc from 'fast-check';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import type { SlackRates } from '../../src/ports/slack-rates.ts';
import { createRateLimiter, type Lane, type LimitedMethod } from '../../src/slack/outbound/rate-limiter.ts';
import { createTokenBucket } from '../../src/slack/outbound/token-bucket.ts';
import { ManualClock } from '../support/given/clocks.ts';
import { silentSlackMeter } from '../support/given/metrics.ts';
import { aloneRates } from '../support/given/slack-rates.ts';

const log = pino({ level: 'silent' });
type Sent = { readonly what: string; readonly atMs: number };

function given(shared: SlackRates = aloneRates) {
  const clock = new ManualClock();
  const rateLimiter = createRateLimiter(clock, log, { shared, meter: silentSlackMeter });
  const sent: Sent[] = [];
  const ask = (lane: Lane, what: string = lane, channelId = 'C1', method: LimitedMethod = 'chat.postMessage') =>
    rateLimiter.schedule({ lane, method, channelId, run: async () => void sent.push({ what, atMs: clock.ms }) });
  return { clock, rateLimiter, sent, ask, said: () => sent.map(({ what }) => what) };
}

describe('lanes', () => {
  it('an approval goes at once, however much is waiting before it', async () => {
    const { clock, ask, sent } = given();
    for (let i = 0; i < 20; i++) void ask('log', `log ${i}`);
    for (let i = 0; i < 20; i++) void ask('state', `state ${i}`);
    await clock.pass(3000);
    const askedAtMs = clock.ms;
    void ask('approval');
    await clock.pass(0);
    expect(sent.at(-1)).toEqual({ what: 'approval', atMs: askedAtMs });
  });

  it('states go before log lines, each in the order in which they were asked for', async () => {
    const { clock, ask, said } = given();
    for (let i = 0; i < 6; i++) void ask('log', `log ${i}`);
    for (let i = 0; i < 3; i++) void ask('state', `state ${i}`);
    await clock.pass(60_000);
    expect(said().filter((what) => what.startsWith('log'))).toEqual([0, 1, 2, 3, 4, 5].map((i) => `log ${i}`));
    expect(said().filter((what) => what.startsWith('state'))).toEqual([0, 1, 2].map((i) => `state ${i}`));
    expect(said().indexOf('state 2')).toBeLessThan(said().indexOf('log 2'));
  });

  it('one busy channel does not hold up another', async () => {
    const { clock, ask, said } = given();
    for (let i = 0; i < 10; i++) void ask('state', 'busy', 'C1');
    void ask('log', 'elsewhere', 'C2');
    await clock.pass(0);
    expect(said()).toContain('elsewhere');
  });

  it('a call that hangs in the log lane holds up neither states nor approvals', async () => {
    const { clock, rateLimiter, ask, said } = given();
    void rateLimiter.schedule({
      lane: 'log',
      method: 'chat.postMessage',
      channelId: 'C1',
      run: () => new Promise(() => undefined),
    });
    void ask('state');
    void ask('approval');
    await clock.pass(0);
    expect(said()).toEqual(['state', 'approval']);
  });
});

describe('patience', () => {
  it('waits as long as Slack asks, with this channel only, and then sends what was refused', async () => {
    const { clock, rateLimiter, ask, sent } = given();
    let tries = 0;
    const limited = rateLimiter.schedule({
      ...{ lane: 'approval', method: 'chat.postMessage', channelId: 'C1' },
      async run() {
        tries += 1;
        if (tries === 1) throw new WebAPIRateLimitedError(7);
        return clock.ms;
      },
    });
    void ask('state', 'same channel');
    void ask('state', 'other channel', 'C2');
    await clock.pass(6999);
    expect(sent).toContainEqual({ what: 'other channel', atMs: 0 });
    expect(tries).toBe(1);
    await clock.pass(1);
    expect(await limited).toBe(7000);
  });

  it('also understands a refusal in the body, and pauses an update everywhere', async () => {
    const { clock, rateLimiter, ask, sent } = given();
    let tries = 0;
    void rateLimiter.schedule({
      ...{ lane: 'state', method: 'chat.update', channelId: 'C1' },
      async run() {
        tries += 1;
        if (tries === 1) throw new WebAPIPlatformError({ ok: false, error: 'ratelimited' });
      },
    });
    await clock.pass(0);
    void ask('state', 'update', 'C2', 'chat.update');
    await clock.pass(1999);
    expect(sent).toEqual([]);
    await clock.pass(15_000);
    expect(sent).toHaveLength(1);
    expect(tries).toBe(2);
  });

  it('waits where other processes have sent what Slack allows, and tells them of a refusal', async () => {
    const waits = [3000];
    const paused: unknown[] = [];
    const { clock, rateLimiter, ask, sent } = given({
      take: async () => waits.shift() ?? 0,
      pause: async ({ key }, ms) => void paused.push([key, ms]),
    });
    void ask('approval', 'update', 'C1', 'chat.update');
    await clock.pass(2999);
    expect(sent).toEqual([]);
    await clock.pass(1);
    expect(sent).toEqual([{ what: 'update', atMs: 3000 }]);
    let tries = 0;
    void rateLimiter.schedule({
      ...{ lane: 'approval', method: 'chat.postMessage', channelId: 'C2' },
      async run() {
        tries += 1;
        if (tries === 1) throw new WebAPIRateLimitedError(7);
      },
    });
    await clock.pass(0);
    expect(paused).toEqual([['chat.postMessage C2', 7000]]);
  });

  it('loses no turn where the shared clock is a moment behind, however often', async () => {
    let asked = 0;
    const { clock, ask, sent } = given({
      take: async () => (asked++ % 2 === 0 ? 5 : 0),
      pause: async () => undefined,
    });
    const calls = 30;
    for (let i = 0; i < calls; i++) void ask('log', `pin ${i}`, `C${i}`, 'pins.add');
    // Half of 15 at once, then one in 3 s.
    await clock.pass((calls - 8) * 3000 + 1000);
    expect(sent).toHaveLength(calls);
  });

  it('lets an approval go on where others have left nothing for the less urgent lanes', async () => {
    const reserves: number[] = [];
    const { clock, ask, said } = given({
      async take([rate]) {
        reserves.push(rate?.reserve ?? -1);
        return (rate?.reserve ?? 0) > 0 ? 60_000 : 0;
      },
      pause: async () => undefined,
    });
    void ask('state', 'state', 'C1', 'chat.update');
    await clock.pass(1000);
    void ask('approval', 'approval', 'C1', 'chat.update');
    void ask('log', 'log', 'C2', 'chat.update');
    await clock.pass(1000);
    expect(said()).toEqual(['approval']);
    // The log line asks for nothing that was refused to a state.
    expect(reserves).toEqual([5, 0]);
  });

  it('passes any other error on to whoever asked', async () => {
    const { rateLimiter } = given();
    const call = { lane: 'state', method: 'chat.update', channelId: 'C1' } as const;
    await expect(rateLimiter.schedule({ ...call, run: () => Promise.reject(new Error('no')) })).rejects.toThrow('no');
    await expect(rateLimiter.schedule({ ...call, run: async () => 'next' })).resolves.toBe('next');
  });

  it('refuses what waits when it is stopped', async () => {
    const { clock, rateLimiter, ask } = given();
    for (let i = 0; i < 3; i++) void ask('state');
    const waiting = ask('state');
    await clock.pass(0);
    rateLimiter.stop();
    await expect(waiting).rejects.toThrow('stopping');
    await expect(ask('approval')).rejects.toThrow('stopping');
  });
});

const demand = fc.array(
  fc.record({
    lane: fc.constantFrom<Lane>('approval', 'state', 'log'),
    method: fc.constantFrom<LimitedMethod>('chat.postMessage', 'chat.update'),
    channelId: fc.constantFrom('C1', 'C2', 'C3'),
    afterMs: fc.nat(400),
  }),
  { maxLength: 150 },
);

it('whatever is asked: everything goes once, nothing faster than Slack allows', async () => {
  await fc.assert(
    fc.asyncProperty(demand, async (calls) => {
      const { clock, ask, sent } = given();
      for (const [i, { lane, method, channelId, afterMs }] of calls.entries()) {
        void ask(lane, `${method} ${channelId} ${i}`, channelId, method);
        await clock.pass(afterMs);
      }
      await clock.pass(600_000);
      expect(new Set(sent.map(({ what }) => what)).size).toBe(calls.length);
      expect(sent).toHaveLength(calls.length);
      const within = (prefix: string, ms: number) => {
        const at = sent.filter(({ what }) => what.startsWith(prefix)).map(({ atMs }) => atMs);
        return Math.max(0, ...at.map((from) => at.filter((ms2) => ms2 >= from && ms2 < from + ms).length));
      };
      for (const channelId of ['C1', 'C2', 'C3']) {
        expect(within(`chat.postMessage ${channelId}`, 10_000)).toBeLessThanOrEqual(14);
        expect(within(`chat.update ${channelId}`, 10_000)).toBeLessThanOrEqual(15);
      }
      expect(within('chat.update', 60_000)).toBeLessThanOrEqual(51);
      expect(within('chat.postMessage', 60_000)).toBeLessThanOrEqual(220);
    }),
    { numRuns: 40 },
  );
});

it('a bucket neither gains nor loses by a clock that is set back', () => {
  const bucket = createTokenBucket({ size: 2, everyMs: 1000 });
  bucket.take(10_000);
  bucket.take(10_000);
  expect(bucket.waitMs(10_000, 0)).toBe(1000);
  expect(bucket.waitMs(1000, 0)).toBe(1000);
  expect(bucket.waitMs(2000, 0)).toBe(0);
  bucket.pause(5000);
  expect(bucket.waitMs(2000, 0)).toBe(3000);
  expect(bucket.waitMs(1000, 0)).toBe(3000);
  expect(bucket.isFull(4000)).toBe(false);
  expect(bucket.isFull(5000)).toBe(true);
});
