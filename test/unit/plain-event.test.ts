// Events of a parsed file that are told by hand: what is taken, the schema takes as well.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StoredEvent } from '../../src/core/events.ts';
import { isPlainEvent } from '../../src/core/timeline/plain-event.ts';
import { bundleOf } from '../support/given/bundle.ts';

const { events } = bundleOf(60);
const schema = StoredEvent.strict();

it('every event that we write is one', () => {
  for (const event of events) expect(isPlainEvent(JSON.parse(JSON.stringify(event)))).toBe(true);
});

it('what is taken for one, the schema takes as it stands', () => {
  const members = [...Object.keys(StoredEvent.shape), 'more', '__proto__'];
  const value = fc.oneof(
    fc.json().map((text) => JSON.parse(text) as unknown),
    fc.constantFrom(0, 1.5, 2 ** 60, 'api', {}, undefined),
  );
  const changed = fc
    .tuple(
      fc.constantFrom(...events),
      fc.constantFrom(...members),
      fc.constantFrom('', 'kind', 'via', 'name', 'more'),
      value,
    )
    .map(([event, member, within, value]) => {
      const copy = JSON.parse(JSON.stringify(event)) as Record<string, unknown>;
      const inner = Object.hasOwn(copy, member) ? copy[member] : null;
      const isInner = within !== '' && typeof inner === 'object' && inner !== null;
      Object.defineProperty(isInner ? inner : copy, isInner ? within : member, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
      return JSON.parse(JSON.stringify(copy)) as unknown;
    });
  fc.assert(
    fc.property(changed, (one) => !isPlainEvent(one) || schema.safeParse(one).success),
    { numRuns: 1000 },
  );
});

it('a number that JSON cannot say is none, however deep', () => {
  const [event] = events;
  const text = JSON.stringify({ ...event, data: { list: [{ n: 'here' }] } });
  expect(isPlainEvent(JSON.parse(text))).toBe(true);
  expect(isPlainEvent(JSON.parse(text.replace('"here"', '1e999')))).toBe(false);
});
