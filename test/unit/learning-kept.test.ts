// What was taken from an incident once is used again: its record may be long, and whoever looks at its page asks what is like it.
import { expect, it } from 'vitest';
import { measure } from '../../src/core/learning/measure.ts';
import type { Measured } from '../../src/core/learning/measured.ts';
import { createLearning } from '../../src/engine/record/learn.ts';
import { incidentStream } from '../support/given/incident-stream.ts';

it('the record of an incident is read again only once there is more of it', async () => {
  const events = incidentStream('checkout-api is slow');
  const [first] = events;
  if (!first) throw new Error('the stream is empty');
  const kept = new Map<number, Measured>();
  const read: number[] = [];
  const learning = createLearning({
    measured: {
      of: async ({ version }) => kept.get(version) ?? null,
      list: async () => [],
      related: async () => [],
      keep: async ({ version, measured }) => void kept.set(version, measured),
    },
    ledger: {
      async *eventsBetween(_streamId, { upTo }) {
        read.push(upTo);
        yield events.slice(0, 3);
        yield events.slice(3, upTo);
      },
    },
    runtime: { monotonicMs: () => 0 },
    commandAction: 'shell.run',
  });
  const similar = (version: number) => learning.similar({ id: first.streamId, version }, { seen: [], limit: 5 });
  const before = events.length - 1;
  for (const version of [before, before, events.length, events.length]) expect(await similar(version)).toEqual([]);
  expect(read).toEqual([before, events.length]);
  expect(kept.get(events.length)).toEqual(measure(events));
});
