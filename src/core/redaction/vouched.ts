// Which events no longer match their hash, and rightly so: what the redactions of the system stream vouch for. Pure.
import type { StoredEvent } from '../events.ts';
import { readEvent } from '../timeline/read-event.ts';
import { redactionTypes, type VouchedEvent, type VouchedEvents } from './vouched-event.ts';

/** The key of an event among those that are vouched for. */
const placeKey = ({ streamId, seq }: Pick<StoredEvent, 'streamId' | 'seq'>): string => `${streamId}/${seq}`;

/** What vouches for an event; undefined: nothing does, so that it must match its hash. */
export const vouchedFor = (
  vouched: VouchedEvents,
  event: Pick<StoredEvent, 'streamId' | 'seq'>,
): VouchedEvent | undefined => {
  const key = placeKey(event);
  return Object.hasOwn(vouched, key) ? vouched[key] : undefined;
};

/** The redactions among events of the system stream: of events, and of evidence by digest. */
export function redactionsIn(events: Iterable<Pick<StoredEvent, 'type' | 'data'>>): {
  readonly events: VouchedEvents;
  readonly evidence: ReadonlySet<string>;
} {
  const vouched = new Map<string, VouchedEvent>();
  const evidence = new Set<string>();
  for (const { type, data } of events) {
    if (!redactionTypes.has(type)) continue;
    const read = readEvent({ type, data });
    if (read.outcome !== 'known') continue;
    if (read.event.type === 'record.redacted') {
      const { streamId, seq, hash, now } = read.event.data;
      vouched.set(placeKey({ streamId, seq }), { hash, now });
    } else if (read.event.type === 'evidence.redacted') evidence.add(read.event.data.digest);
  }
  return { events: Object.fromEntries(vouched), evidence };
}
