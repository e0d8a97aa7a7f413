// Digests in their channel: once each over crashes and several processes, later rather than never, and as nobody's private matter.
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/core/digest/digest.ts';
import { createRedactor } from '../../src/core/redact.ts';
import { createDigestWatch } from '../../src/engine/digests/watch-digests.ts';
import type { DigestSettings, ReadDigest } from '../../src/ports/digests.ts';
import type { SlackMessage, SlackMessages } from '../../src/ports/slack-memory.ts';
import type { Desired } from '../../src/slack/outbound/poster.ts';
import { createTellDigests } from '../../src/slack/outbound/tell-digests.ts';

const settings: DigestSettings = { channel: '#automation', timezone: 'UTC', hour: 9, which: ['daily'] };
const log = pino({ level: 'silent' });

/** Slack and what is kept of its messages, of all processes; `crash`: a process dies there. */
class World {
  at = '2026-11-26T12:00:00.000Z';
  readonly posted: string[] = [];
  readonly asked: Parameters<ReadDigest>[0][] = [];
  readonly kept = new Map<string, SlackMessage>();
  crash: 'after begin' | 'after post' | null = null;
  busy = false;
  agrees = true;

  readonly messages: Pick<SlackMessages, 'ofIncident' | 'begin' | 'sent'> = {
    ofIncident: async (home) => [...this.kept.values()].filter(({ incidentId }) => incidentId === home),
    begin: async (message) => {
      if (this.kept.has(message.key)) return false;
      const begun = { ts: null, digest: null, version: 0, showsFiring: false, refused: null, passedOn: false };
      this.kept.set(message.key, { ...message, ...begun });
      return true;
    },
    sent: async (key, { ts }) => {
      const known = this.kept.get(key);
      if (known) this.kept.set(key, { ...known, ts });
    },
  };

  /** As the outbox does it: begun, looked for, posted, noted. */
  readonly put = async ({ key, incidentId, channelId, message }: Desired) => {
    if (this.kept.get(key)?.ts) return { ts: '1' };
    const isFresh = await this.messages.begin({ key, incidentId, channelId });
    if (this.crash === 'after begin') throw new Error('the process dies');
    if (isFresh || !this.posted.includes(message.text)) this.posted.push(message.text);
    if (this.crash === 'after post') throw new Error('the process dies');
    await this.messages.sent(key, { ts: '1', digest: '', version: 0, showsFiring: false });
    return { ts: '1' };
  };

  /** A process that has just started. */
  process(changes: Partial<DigestSettings> = {}, channel: string | null = 'C1') {
    const deps = { outbox: { put: this.put }, messages: this.messages, channel: async () => channel };
    const told = createTellDigests({ ...deps, redact: createRedactor([]) });
    return createDigestWatch({
      settings: { ...settings, ...changes },
      told,
      read: async (asked) => {
        this.asked.push(asked);
        const ended = { succeeded: 1, failed: 0, undone: 0, undoFailed: 0, cancelled: 0 };
        const facts = {
          kind: 'daily' as const,
          ended,
          failures: [],
          retries: [],
          overdue: [],
          drills: [],
          stuck: null,
        };
        return digestOf(facts, { from: '2026-11-26T09:00:00.000Z', to: '2026-11-27T09:00:00.000Z' });
      },
      rests: async () => this.busy,
      stands: () => false,
      clock: { agrees: () => this.agrees },
      runtime: { nowMs: () => Date.parse(this.at) },
      log,
      publicUrl: 'https://firebreak.example',
    });
  }
}

/** A world in which digests have begun, a day before they are due. */
async function begun(): Promise<World> {
  const world = new World();
  await world.process()();
  world.at = '2026-11-27T09:00:15.000Z';
  return world;
}

describe('telling digests', () => {
  it('What was before digests were asked for is not told, and the next one is, once by however many processes', async () => {
    const world = await begun();
    expect(world.posted).toEqual([]);
    await Promise.all([world.process()(), world.process()()]);
    await world.process()();
    expect(world.posted).toEqual([expect.stringContaining('Daily digest, 26 Nov 09:00 UTC to 27 Nov 09:00 UTC')]);
  });

  it.each(['after begin', 'after post'] as const)(
    'A process that dies %s loses no digest and doubles none',
    async (crash) => {
      const world = await begun();
      world.crash = crash;
      await world.process()();
      world.crash = null;
      world.at = '2026-11-27T09:01:15.000Z';
      await world.process()();
      await world.process()();
      expect(world.posted).toHaveLength(1);
    },
  );

  it('All processes were away: the digest is told late, and the ones before it are said to be missed', async () => {
    const world = await begun();
    world.at = '2026-11-29T20:00:00.000Z';
    await world.process()();
    expect(world.posted).toEqual([expect.stringContaining('2 before it were not told')]);
  });

  it('While urgent work waits, or clocks do not agree, nothing is read or told; afterwards it is', async () => {
    const world = await begun();
    world.busy = true;
    await world.process()();
    world.busy = false;
    world.agrees = false;
    await world.process()();
    expect([world.asked, world.posted]).toEqual([[], []]);
    world.agrees = true;
    await world.process()();
    expect(world.posted).toHaveLength(1);
  });

  it('It is read as somebody who may know of no private incident', async () => {
    const world = await begun();
    await world.process()();
    expect(world.asked).toMatchObject([{ kind: 'daily', seen: [] }]);
  });

  it('A channel that is not there is tried again, and no channel at all is asked nothing', async () => {
    const world = await begun();
    await world.process({}, null)();
    expect(world.posted).toEqual([]);
    await world.process({ channel: null })();
    expect(world.posted).toEqual([]);
    await world.process()();
    expect(world.posted).toHaveLength(1);
  });
});
