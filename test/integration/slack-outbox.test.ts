// The outbox against a workspace over real HTTP and a real database: one message per key, always in its last state.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebClient } from '@slack/web-api';
import fc from 'fast-check';
import type { Pool } from 'pg';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Channel } from '../../src/sandbox/entities.ts';
import type { ApiFaultKind } from '../../src/sandbox/faults.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/types.ts';
import { boltLogger } from '../../src/slack/bolt-logger.ts';
import { createOutbox, type Outbox } from '../../src/slack/outbound/outbox.ts';
import type { Desired } from '../../src/slack/outbound/poster.ts';
import { createRateLimiter } from '../../src/slack/outbound/rate-limiter.ts';
import { section } from '../../src/slack/text.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded/embedded.ts';
import { migrate } from '../../src/store/postgres/migrate.ts';
import { migrations } from '../../src/store/postgres/migrations/index.ts';
import { createPool } from '../../src/store/postgres/pool.ts';
import { createSlackMessages } from '../../src/store/slack/slack-messages.ts';
import { jumpingClock, ManualClock } from '../support/given/clocks.ts';
import { silentSlackMeter } from '../support/given/metrics.ts';
import { aloneRates } from '../support/given/slack-rates.ts';

const log = pino({ level: 'silent' });
const botToken = 'xoxb-test';
const dataDir = mkdtempSync(join(tmpdir(), 'firebreak-outbox-'));
let postgres: EmbeddedPostgres;
let pool: Pool;
let sandbox: Sandbox;
let channel: Channel;
/** Of the process and of the workspace alike. */
let clock: ReturnType<typeof jumpingClock>;
let recorded: string[];

beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ dataDir, log, fsync: false });
  pool = createPool({ connectionString: postgres.url, max: 8, applicationName: 'test', onError: () => undefined });
  await migrate(pool, migrations);
});
afterAll(async () => {
  await pool.end();
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  await pool.query('TRUNCATE slack_messages');
  clock = jumpingClock(1_000_000_000_000);
  sandbox = await startSandbox({ botToken, signingSecret: 's', appToken: 'xapp-test', nowMs: () => clock.nowMs() });
  channel = newChannel();
  recorded = [];
});
afterEach(() => sandbox.close());

const newChannel = () => sandbox.workspace.createChannel('public', 'inc-1', sandbox.workspace.bot.userId);

/** An outbox as a process has it after its start. */
function process({ posted = () => undefined }: { posted?: () => void } = {}): Outbox {
  const client = new WebClient(botToken, {
    slackApiUrl: sandbox.apiUrl,
    timeout: 1000,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: boltLogger(log),
  });
  return createOutbox({
    ...{
      client,
      rateLimiter: createRateLimiter(clock, log, { shared: aloneRates, meter: silentSlackMeter }),
      clock,
      messages: createSlackMessages(pool),
      log,
      posted,
    },
    record: async ({ about }, ts) => void recorded.push(`${about} ${ts}`),
  });
}

function state(key: string, text: string, more: Partial<Desired> = {}): Desired {
  const message = { text, blocks: [section(text)] };
  return { key, lane: 'state', incidentId: 'inc_1', channelId: channel.id, version: 1, message, ...more };
}
const texts = () => channel.messages.map(({ text }) => text);
const calls = (method: string) => sandbox.calls.filter((call) => call.method === method);
const fault = (method: string, kind: ApiFaultKind) => sandbox.addFault({ method, kind, times: 1 });

describe('a message', () => {
  it('is posted once, recorded once, edited afterwards, and not sent again when nothing has changed', async () => {
    const outbox = process();
    const { ts } = await outbox.put(state('a', 'one', { about: 'the card' }));
    await outbox.put(state('a', 'two', { version: 2, about: 'the card' }));
    await outbox.put(state('a', 'two', { version: 3, about: 'the card' }));
    expect(channel.messages).toMatchObject([{ ts, text: 'two', blocks: [{ text: { text: 'two' } }] }]);
    expect(recorded).toEqual([`the card ${ts}`]);
    expect(calls('chat.update')).toHaveLength(1);
  });

  it('skips what is overtaken while it waits, and ends in its last state', async () => {
    const outbox = process();
    const many = Array.from({ length: 100 }, (_, i) => outbox.put(state('a', `state ${i}`, { version: i })));
    expect(new Set((await Promise.all(many)).map(({ ts }) => ts)).size).toBe(1);
    expect(texts()).toEqual(['state 99']);
    expect(calls('chat.postMessage').length + calls('chat.update').length).toBeLessThanOrEqual(2);
  });

  it('never goes back to an older version', async () => {
    const outbox = process();
    await outbox.put(state('a', 'new', { version: 7 }));
    await outbox.put(state('a', 'old', { version: 6 }));
    expect(texts()).toEqual(['new']);
  });

  it('goes out as text when Slack refuses its blocks', async () => {
    const outbox = process();
    // A block without an id of its own may not share another's.
    const blocks = [section('one'), section('two')].map((block) => ({ ...block, block_id: 'the same' }));
    await outbox.put(state('a', 'one', { message: { text: 'one', blocks } }));
    await outbox.put(state('a', 'two', { message: { text: 'two', blocks } }));
    expect(texts()).toEqual(['two']);
    expect(channel.messages[0]?.blocks).toBeUndefined();
  });

  it('is posted anew after somebody has deleted it', async () => {
    const outbox = process();
    await outbox.put(state('a', 'one'));
    channel.messages.length = 0;
    await outbox.put(state('a', 'two', { version: 2 }));
    await outbox.put(state('a', 'three', { version: 3 }));
    expect(texts()).toEqual(['three']);
  });

  it('goes to a public channel that nobody has invited us to, and not to a private one', async () => {
    channel = sandbox.workspace.createChannel('public', 'announcements', 'U0ANA');
    await process().put(state('a', 'one'));
    expect(channel.messages.filter(({ subtype }) => subtype === undefined)).toMatchObject([{ text: 'one' }]);
    channel = sandbox.workspace.createChannel('private', 'secrets', 'U0ANA');
    await expect(process().put(state('b', 'two'))).rejects.toThrow('channel_not_found');
  });

  it('waits as long as Slack asks', async () => {
    fault('chat.postMessage', 'rate_limited');
    await process().put(state('a', 'one'));
    expect(texts()).toEqual(['one']);
    const [refused, taken] = calls('chat.postMessage');
    expect((taken?.atMs ?? 0) - (refused?.atMs ?? 0)).toBeGreaterThanOrEqual(1000);
  });

  it('stands in its thread, which must be there', async () => {
    const outbox = process();
    await expect(outbox.put(state('b', 'reply', { thread: 'a' }))).rejects.toThrow(/thread of a/);
    const { ts } = await outbox.put(state('a', 'parent'));
    await outbox.put(state('b', 'reply', { thread: 'a' }));
    expect(channel.messages).toMatchObject([{ text: 'parent' }, { text: 'reply', threadTs: ts }]);
  });
});

describe('an approval', () => {
  it('is posted at once, before all that waits', async () => {
    const still = new ManualClock();
    clock = still;
    const outbox = process();
    const logs = Array.from({ length: 12 }, (_, i) => outbox.put(state(`log ${i}`, 'log', { lane: 'log' })));
    await sandbox.waitFor(() => texts().length === 2);
    await outbox.put(state('approval', 'please decide', { lane: 'approval' }));
    expect(texts()).toEqual(['log', 'log', 'please decide']);
    let isOver = false;
    const over = Promise.all(logs).finally(() => {
      isOver = true;
    });
    while (!isOver) await still.pass(1000);
    await over;
    expect(texts()).toHaveLength(13);
  });
});

describe('nothing is posted twice', () => {
  it('after a crash between Slack and the record', async () => {
    const dying = process({
      posted: () => {
        throw new Error('killed');
      },
    });
    await expect(dying.put(state('a', 'one', { about: 'card' }))).rejects.toThrow('killed');
    const { ts } = await process().put(state('a', 'two', { version: 2, about: 'card' }));
    expect(channel.messages).toMatchObject([{ ts, text: 'two' }]);
    expect(recorded).toEqual([`card ${ts}`]);
  });

  it('after a crash in a thread', async () => {
    await process().put(state('a', 'parent'));
    const dying = process({
      posted: () => {
        throw new Error('killed');
      },
    });
    await expect(dying.put(state('b', 'reply', { thread: 'a' }))).rejects.toThrow('killed');
    await process().put(state('b', 'reply', { thread: 'a' }));
    expect(texts()).toEqual(['parent', 'reply']);
  });

  for (const kind of ['effect_then_timeout', 'effect_then_drop', 'internal_error', 'drop', 'http_500'] as const) {
    it(`when the answer is lost: ${kind}`, async () => {
      const outbox = process();
      fault('chat.postMessage', kind);
      await expect(outbox.put(state('a', 'one'))).rejects.toThrow();
      expect(calls('chat.postMessage')).toHaveLength(1);
      await outbox.put(state('a', 'one'));
      expect(texts()).toEqual(['one']);
    });
  }

  it('when several processes put the same message at the same time', async () => {
    const processes = Array.from({ length: 5 }, () => process());
    const put = processes.map((outbox, i) => outbox.put(state('a', `state ${i}`, { version: i, about: 'card' })));
    expect(new Set((await Promise.all(put)).map(({ ts }) => ts)).size).toBe(1);
    expect(texts()).toEqual(['state 4']);
    expect(recorded).toHaveLength(1);
  });

  it('when two processes put the same message one after another', async () => {
    const [one, two] = [process(), process()];
    await one.put(state('a', 'one'));
    await two.put(state('a', 'two', { version: 2 }));
    await one.put(state('a', 'three', { version: 3 }));
    expect(texts()).toEqual(['three']);
  });
});

const wishes = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    lane: fc.constantFrom('approval', 'state', 'log'),
    wait: fc.boolean(),
    trouble: fc.option(
      fc.record({
        method: fc.constantFrom('chat.postMessage', 'chat.update'),
        kind: fc.constantFrom(
          ...(['rate_limited', 'ratelimited_body', 'effect_then_drop', 'internal_error', 'drop', 'http_500'] as const),
        ),
      }),
      { freq: 3 },
    ),
    restart: fc.boolean(),
  }),
  { minLength: 1, maxLength: 15 },
);

it('whatever goes wrong: one message per key, in the last state asked for', async () => {
  await fc.assert(
    fc.asyncProperty(wishes, async (all) => {
      await pool.query('TRUNCATE slack_messages');
      channel = newChannel();
      let outbox = process();
      let underway: Promise<unknown>[] = [];
      const last = new Map<string, Desired>();
      for (const [version, { key, lane, wait, trouble, restart }] of all.entries()) {
        if (trouble) fault(trouble.method, trouble.kind);
        const desired = state(key, `${key} ${version}`, { version, lane: lane as Desired['lane'] });
        last.set(key, desired);
        underway.push(outbox.put(desired).catch(() => undefined));
        if (wait || restart) {
          await Promise.all(underway);
          underway = [];
        }
        if (restart) outbox = process();
      }
      await Promise.all(underway);
      // The reconciler asks again for as long as it is not told that all is well.
      for (const desired of last.values())
        for (let tries = 0; ; tries++) {
          const done = await outbox.put(desired).then(
            () => true,
            () => false,
          );
          if (done) break;
          expect(tries).toBeLessThan(60);
        }
      expect([...texts()].sort()).toEqual([...last.values()].map(({ message }) => message.text).sort());
    }),
    { numRuns: 25 },
  );
});

describe('what people are owed', () => {
  const owed = async () => (await createSlackMessages(pool).owed(10)).map(({ key, refused }) => [key, refused]);

  it('is the end of an incident where a message still says that it burns, until it is edited or another has told it', async () => {
    const id = 'inc_owed';
    await pool.query(
      `INSERT INTO incidents (id, number, severity, status, version, head_hash, state, opened_at, updated_at)
       VALUES ($1, 900001, 1, 'open', 1, 'h', '{}', now(), now())`,
      [id],
    );
    try {
      const outbox = process();
      const of = { incidentId: id };
      await outbox.put(state('card', 'open', { ...of, firing: true }));
      await outbox.put(state('line', 'open', { ...of, firing: true }));
      expect(await owed()).toEqual([]);
      await pool.query(`UPDATE incidents SET status = 'resolved', resolved_at = now() WHERE id = $1`, [id]);
      expect(await owed()).toEqual([
        ['card', null],
        ['line', null],
      ]);
      await outbox.put(state('line', 'over', { ...of, version: 2 }));
      expect(await owed()).toEqual([['card', null]]);
      await createSlackMessages(pool).passedOn(['card']);
      expect(await owed()).toEqual([]);
    } finally {
      await pool.query('DELETE FROM incidents WHERE id = $1', [id]);
    }
  });

  it('is a message that Slack refused, until Slack takes it', async () => {
    const outbox = process();
    await createSlackMessages(pool).begin({ key: 'a', incidentId: 'inc_1', channelId: channel.id });
    await createSlackMessages(pool).refused('a', 'is_archived');
    expect(await owed()).toEqual([['a', 'is_archived']]);
    await outbox.put(state('a', 'one'));
    expect(await owed()).toEqual([]);
  });
});
