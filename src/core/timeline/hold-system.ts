// Holds the stored state of the system stream against its events. Pure.
import type { StoredEvent } from '../events.ts';
import { redactionsIn, vouchedFor } from '../redaction/vouched.ts';
import { systemStreamId } from '../system/events.ts';
import type { SystemState } from '../system/state.ts';
import type { BadPlace, Head, Mark } from './chain.ts';
import { foldSystem } from './fold-stream.ts';
import { difference } from './hold-against-chain.ts';
import { contradicted, verifiedUntil } from './verified-until.ts';

/** `ok` with what the events lead to, or the first bad place. */
export type HeldSystem =
  | { readonly outcome: 'ok'; readonly state: SystemState }
  | { readonly outcome: 'bad'; readonly place: BadPlace };

/** Holds what is claimed of the system stream against its events; events beyond the claimed end are not looked at. */
export async function holdSystem(
  events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>,
  claim: { readonly head: Head; readonly state: SystemState; readonly marks?: readonly Mark[] },
): Promise<HeldSystem> {
  const stream = { streamId: systemStreamId, head: claim.head, marks: claim.marks ?? [] };
  const verified = await verifiedUntil(events, stream, (known) => {
    const redacted = redactionsIn(known).events;
    return (event) => vouchedFor(redacted, event);
  });
  if (verified.outcome === 'bad') return verified;
  const folded = foldSystem(verified.events);
  const member = difference(claim.state, folded);
  return member === null
    ? { outcome: 'ok', state: folded }
    : contradicted(stream, `the stored state of the system is not what its events lead to (${member})`);
}
