// The chain: whatever is done to a stream is found, and the first bad place is named.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/events.ts';
import { linkEvents, verifyChain } from '../../src/core/timeline/chain.ts';

const actor = { kind: 'user' as const, id: 'U1' };
const at = '2026-03-01T00:00:00.000Z';
const streams = fc
  .array(
    fc.record({
      type: fc.constantFrom('note.added', 'run.paused'),
      data: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
    }),
    { minLength: 2, maxLength: 8 },
  )
  .map((events) =>
    linkEvents(
      'inc_1',
      null,
      events.map((event) => ({ ...event, actor, at, cause: 'c' })),
    ),
  );
const headOf = (events: readonly StoredEvent[]) => ({ version: events.length, hash: events.at(-1)?.hash ?? '' });

describe('the chain', () => {
  it('verifies what it linked, also after a trip through JSON', async () => {
    await fc.assert(
      fc.asyncProperty(streams, async (events) => {
        const read = JSON.parse(JSON.stringify(events)) as StoredEvent[];
        expect(await verifyChain('inc_1', read, headOf(events))).toEqual({ outcome: 'ok', head: headOf(events) });
      }),
    );
  });

  const tampering: { readonly [name: string]: (events: StoredEvent[], i: number) => void } = {
    edit: (events, i) => {
      const event = events[i];
      if (event) events[i] = { ...event, cause: `${event.cause}x` };
    },
    delete: (events, i) => void events.splice(i, 1),
    swap: (events, i) => {
      const j = i === 0 ? 1 : i - 1;
      const [a, b] = [events[i], events[j]];
      if (a && b) [events[i], events[j]] = [b, a];
    },
    insert: (events, i) => {
      const event = events[i];
      if (event) events.splice(i, 0, { ...event });
    },
  };
  for (const [name, tamper] of Object.entries(tampering)) {
    it(`finds a${name === 'edit' || name === 'insert' ? 'n' : ''} ${name} and names the place`, async () => {
      await fc.assert(
        fc.asyncProperty(streams, fc.nat(), async (events, n) => {
          const head = headOf(events);
          const bad = [...events];
          const i = n % bad.length;
          tamper(bad, i);
          const check = await verifyChain('inc_1', bad, head);
          expect(check.outcome).toBe('bad');
          if (name === 'edit')
            expect(check).toMatchObject({ place: { seq: i + 1, problem: expect.stringContaining('was edited') } });
        }),
      );
    });
  }

  it('finds an event that was edited together with its own hash, by the event after it', async () => {
    await fc.assert(
      fc.asyncProperty(streams, fc.nat(), async (events, n) => {
        const i = n % (events.length - 1);
        const event = events[i];
        if (!event) throw new Error('a stream without events');
        const before = i === 0 ? null : { version: i, hash: event.prevHash };
        const forged = linkEvents('inc_1', before, [{ ...event, cause: `${event.cause}x` }]);
        const check = await verifyChain(
          'inc_1',
          events.map((one, place) => (place === i ? (forged[0] ?? one) : one)),
          headOf(events),
        );
        expect(check).toMatchObject({ place: { seq: i + 2, problem: expect.stringContaining('not linked') } });
      }),
    );
  });

  it('finds a tail that was cut off, and events of another stream', async () => {
    const events = linkEvents(
      'inc_1',
      null,
      [1, 2, 3].map((n) => ({ type: 'note.added', actor, at, cause: 'c', data: { n } })),
    );
    expect(await verifyChain('inc_1', events.slice(0, 2), headOf(events))).toMatchObject({
      outcome: 'bad',
      place: { seq: 3 },
    });
    expect(await verifyChain('inc_2', events, null)).toMatchObject({ outcome: 'bad', place: { seq: 1 } });
  });
});
