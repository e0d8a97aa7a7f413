// Slack's rates, shared by processes through PostgreSQL: what one has taken the other has not.
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realRuntime } from '../../src/platform/runtime.ts';
import type { SharedRate, SlackRates } from '../../src/ports/slack-rates.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';

/** So slow that nothing comes back while a test runs. */
const slow = (key: string, size: number, reserve = 0): SharedRate => ({ key, size, everyMs: 3_600_000, reserve });

describe('rates that processes share', () => {
  const open: Store[] = [];
  let client: pg.Client;
  let one: SlackRates;
  let other: SlackRates;
  beforeAll(async () => {
    const { url, folder } = await freshDatabase();
    const store = () => openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' }));
    const [first, second] = [await store(), await store()];
    open.push(first, second);
    [one, other] = [first.slackRates, second.slackRates];
    client = new pg.Client({ connectionString: url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    for (const store of open) await store.close();
  });

  it('give as many tokens to all processes together as there are, however they ask at once', async () => {
    const bucket = [slow('posts', 5), slow('posts C1', 50)];
    const waits = await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? one : other).take(bucket)));
    expect(waits.filter((ms) => ms === 0)).toHaveLength(5);
    expect(Math.min(...waits.filter((ms) => ms > 0))).toBeGreaterThan(3_500_000);
  });

  it('take of none where one bucket has none: the other keeps what it has', async () => {
    expect(await one.take([slow('a', 1), slow('empty', 1)])).toBe(0);
    expect(await one.take([slow('full', 1), slow('empty', 1)])).toBeGreaterThan(0);
    expect(await other.take([slow('full', 1)])).toBe(0);
  });

  it('leave a reserve to whoever is more urgent', async () => {
    expect(await one.take([slow('lanes', 2, 1)])).toBe(0);
    expect(await other.take([slow('lanes', 2, 1)])).toBeGreaterThan(0);
    expect(await other.take([slow('lanes', 2, 0)])).toBe(0);
  });

  it('come back with time, by the clock of the database', async () => {
    const rate = { key: 'refilled', size: 2, everyMs: 1000, reserve: 0 };
    expect(await one.take([rate])).toBe(0);
    expect(await one.take([rate])).toBe(0);
    expect(await one.take([rate])).toBeGreaterThan(0);
    await client.query(`UPDATE slack_rates SET counted_at = counted_at - interval '1 hour' WHERE key = 'refilled'`);
    expect(await other.take([rate])).toBe(0);
    expect(await other.take([rate])).toBe(0);
    expect(await other.take([rate])).toBeGreaterThan(0);
  });

  it('give nothing to any process while Slack wants a pause, and one token after it', async () => {
    const rate = { key: 'paused', size: 20, everyMs: 60_000, reserve: 0 };
    await one.pause(rate, 30_000);
    await one.pause(rate, 10_000);
    const waitMs = await other.take([rate]);
    expect(waitMs).toBeGreaterThan(20_000);
    expect(waitMs).toBeLessThanOrEqual(30_000);
    await client.query(
      `UPDATE slack_rates SET counted_at = counted_at - interval '30 s', paused_until = paused_until - interval '30 s' WHERE key = 'paused'`,
    );
    expect(await other.take([rate])).toBe(0);
    expect(await one.take([rate])).toBeGreaterThan(0);
  });

  it.each([
    ['counted_at', "'infinity'"],
    ['counted_at', "'-infinity'"],
    ['paused_until', "'infinity'"],
    ['tokens', "'-infinity'"],
    ['tokens', "'infinity'"],
    ['tokens', "'NaN'"],
    ['tokens', '-1000'],
  ])('keep nobody waiting where %s was edited to %s', async (column, value) => {
    const rate = slow(`edited ${column} ${value}`, 2);
    await one.take([rate]);
    await client.query(`UPDATE slack_rates SET ${column} = ${value} WHERE key = $1`, [rate.key]);
    expect(await other.take([rate])).toBe(0);
    await one.pause(rate, 60_000);
    const waitMs = await other.take([rate]);
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThan(3_700_000);
  });

  it('are forgotten once nobody has asked for an hour', async () => {
    await one.take([slow('old', 1)]);
    await client.query(`UPDATE slack_rates SET counted_at = counted_at - interval '2 hours' WHERE key = 'old'`);
    await one.take([slow('new', 1)]);
    const { rows } = await client.query(`SELECT key FROM slack_rates WHERE key IN ('old', 'new')`);
    expect(rows).toEqual([{ key: 'new' }]);
  });
});
