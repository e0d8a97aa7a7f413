// Holds the stored state of the system stream against its events. Pure.
import type { StoredEvent } from '../events.ts';
import { redactionsIn, vouchedFor } from '../redaction/vouched.ts';
import { systemStreamId } from '../system/events.ts';
import type { SystemState } from '../system/state.ts';
import { type BadPlace, type Head, type Mark, verifyChain } from './chain.ts';
import { foldSystem } from './fold-stream.ts';
import { difference } from './hold-against-chain.ts';

/** `ok` with what the events lead to, or the first bad place. */
export type HeldSystem =
  | { readonly outcome: 'ok'; readonly state: SystemState }
  | { readonly outcome: 'bad'; readonly place: BadPlace };

/** Holds what is claimed of the system stream against its events; events beyond the claimed end are not looked at. */
export async function holdSystem(
  events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>,
  claim: { readonly head: Head; readonly state: SystemState; readonly marks?: readonly Mark[] },
): Promise<HeldSystem> {
  const { head, state, marks = [] } = claim;
  const known: StoredEvent[] = [];
  for await (const event of events) {
    if (event.seq > head.version) break;
    known.push(event);
  }
  const within = marks.filter(({ version }) => version <= head.version);
  const redacted = redactionsIn(known).events;
  const chain = await verifyChain(systemStreamId, known, head, within, (event) => vouchedFor(redacted, event));
  if (chain.outcome === 'bad') return chain;
  const folded = foldSystem(known);
  const member = difference(state, folded);
  if (member === null) return { outcome: 'ok', state: folded };
  const problem = `the stored state of the system is not what its events lead to (${member})`;
  return { outcome: 'bad', place: { streamId: systemStreamId, seq: head.version, type: null, at: null, problem } };
}
