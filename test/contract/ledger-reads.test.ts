// The ledger of an incident in pages, on a real PostgreSQL: in the order in which it was recorded, each entry once, both ways.
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Recorded } from '../../src/core/events.ts';
import { systemActor } from '../../src/core/events.ts';
import { addMs } from '../../src/core/time.ts';
import { frameOf } from '../../src/core/timeline/frame.ts';
import { createFrames } from '../../src/engine/record/frames.ts';
import { realRuntime } from '../../src/platform/runtime.ts';
import type { LoadedIncident } from '../../src/ports/ledger.ts';
import type { LedgerSlice } from '../../src/ports/ledger-reads.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { appendEvents } from '../support/engine/append-events.ts';
import { ana, start } from '../support/given/given.ts';
import { fresh } from './stored-run.ts';

let store: Store;
const streamId = fresh('inc');
let head: LoadedIncident | null = null;

async function append(event: Recorded, at: string): Promise<void> {
  const change = await appendEvents(store.events, { incidentId: streamId, before: head, events: [event], at });
  if (typeof change !== 'object') throw new Error(change);
  head = { incident: change.incident, head: change.head };
}
const note = (text: string): Recorded => ({ type: 'note.added', actor: ana, data: { text } });

/** Instants of processes whose clocks differ: the entries stand in another order than their instants. */
const clocks = [0, 4000, 1000, 2000, 9000, 3000, 12_000];
beforeAll(async () => {
  const { url, folder } = await freshDatabase();
  store = await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' }));
  await append(
    { type: 'incident.opened', actor: systemActor, data: { number: 1, title: 't', severity: 2, groupKey: null } },
    start,
  );
  for (const [index, ms] of clocks.entries())
    await append(
      index % 2 === 0 ? note(`note ${index}`) : { type: 'severity.changed', actor: ana, data: { from: 2, to: 3 } },
      addMs(start, ms),
    );
});
afterAll(() => store?.close());

const slice = async (given: Partial<LedgerSlice>) => {
  const { items, more } = await store.ledger.slice({
    ...{ streamId, upTo: 8, limit: 3, types: null, from: { side: 'after', seq: 0 } },
    ...given,
  });
  return { seqs: items.map(({ seq }) => seq), more };
};

describe('the ledger in pages', () => {
  it('has every entry once, in the order of the record and not of the clocks, forwards and backwards', async () => {
    const forwards: number[] = [];
    for (let more = true; more; ) {
      const part = await slice({ from: { side: 'after', seq: forwards.at(-1) ?? 0 } });
      forwards.push(...part.seqs);
      more = part.more;
    }
    expect(forwards).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const backwards: number[] = [];
    for (let more = true; more; ) {
      const part = await slice({ from: { side: 'before', seq: backwards[0] ?? 9 } });
      backwards.unshift(...part.seqs);
      more = part.more;
    }
    expect(backwards).toEqual(forwards);
  });

  it('has only what is asked for: types, all others, and what was known', async () => {
    const only = { of: 'only', types: ['note.added'] } as const;
    expect(await slice({ types: only, limit: 2 })).toEqual({ seqs: [2, 4], more: true });
    expect(await slice({ types: { ...only, of: 'but' } })).toEqual({ seqs: [1, 3, 5], more: true });
    expect(await slice({ upTo: 2 })).toEqual({ seqs: [1, 2], more: false });
    expect(await slice({ types: { of: 'only', types: ['never'] } })).toEqual({ seqs: [], more: false });
  });

  it('knows by an instant what stands before the first entry that is dated later', async () => {
    const known = (ms: number) => store.ledger.knownBy(streamId, addMs(start, ms));
    expect(await Promise.all([-1, 0, 3999, 4000, 8999, 9000, 11_999, 12_000, 99_999].map(known))).toEqual([
      0, 2, 2, 5, 5, 7, 7, 8, 8,
    ]);
    expect(await store.ledger.knownBy('inc_none', start)).toBe(0);
  });

  it('gives one entry with what links it', async () => {
    const [first, second] = [await store.ledger.entry(streamId, 1), await store.ledger.entry(streamId, 2)];
    const stored = [];
    for await (const event of store.events.readStream(streamId)) stored.push(event);
    expect([first, second]).toEqual(stored.slice(0, 2));
    expect(await store.ledger.entry(streamId, 99)).toBe(null);
  });
});

describe('frames over the store', () => {
  it('are, now and at every instant, those of what was recorded by then; live ones go on from where they were', async () => {
    const { ledger, versions } = store;
    const read: number[] = [];
    const frames = createFrames({
      versions,
      ledger: {
        knownBy: ledger.knownBy,
        timesRedacted: ledger.timesRedacted,
        async *eventsBetween(id, range) {
          for await (const part of ledger.eventsBetween(id, range)) {
            read.push(part.length);
            yield part;
          }
        },
      },
    });
    const stored = [];
    for await (const event of store.events.readStream(streamId)) stored.push(event);
    const playbooks = new Map();
    for (const ms of [12_000, 0, 4000, 3000, 9000]) {
      const at = addMs(start, ms);
      expect((await frames.at(streamId, at))?.digest).toBe(frameOf(stored, { at, playbooks })?.digest);
    }
    expect(await frames.at(streamId, addMs(start, -1))).toBe(null);
    expect((await frames.now(streamId, 8))?.digest).toBe(frameOf(stored, { playbooks })?.digest);
    read.length = 0;
    expect((await frames.now(streamId, 8))?.events).toBe(8);
    expect(read).toEqual([]);
  });
});

it('ends a page early where its entries are very large, and loses none of them', async () => {
  for (let index = 0; index < 12; index++) await append(note('z'.repeat(100_000)), addMs(start, 20_000));
  const first = await slice({ upTo: 20, limit: 50, from: { side: 'after', seq: 8 } });
  expect(first).toEqual({ seqs: [9, 10, 11, 12, 13, 14, 15, 16], more: true });
  const back = await slice({ upTo: 20, limit: 50, from: { side: 'before', seq: 21 } });
  expect(back).toEqual({ seqs: [13, 14, 15, 16, 17, 18, 19, 20], more: true });
  const [entry] = (
    await store.ledger.slice({ streamId, upTo: 20, from: { side: 'after', seq: 8 }, limit: 1, types: null })
  ).items;
  expect(entry?.data['text']).toHaveLength(100_000);
});
