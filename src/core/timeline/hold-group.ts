// Holds the stored state of an alert group against the events of its stream. Pure.
import type { StoredEvent } from '../events.ts';
import type { GroupState } from '../group/state.ts';
import { type BadPlace, type Head, type Mark, type Vouch, verifyChain } from './chain.ts';
import { foldGroup } from './fold-stream.ts';
import { difference } from './hold-against-chain.ts';

/** `ok` with what the events lead to, or the first bad place. */
export type HeldGroup =
  | { readonly outcome: 'ok'; readonly group: GroupState }
  | { readonly outcome: 'bad'; readonly place: BadPlace };

/** Holds what is claimed of a group's stream against its events; events beyond the claimed end are not looked at. */
export async function holdGroup(
  events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>,
  claim: {
    readonly streamId: string;
    readonly head: Head;
    readonly group: GroupState;
    readonly marks?: readonly Mark[];
    /** What vouches for redacted events of it. */
    readonly vouch?: Vouch;
  },
): Promise<HeldGroup> {
  const { streamId, head, group, marks = [], vouch } = claim;
  const known: StoredEvent[] = [];
  for await (const event of events) {
    if (event.seq > head.version) break;
    known.push(event);
  }
  const within = marks.filter(({ version }) => version <= head.version);
  const chain = await verifyChain(streamId, known, head, within, vouch);
  if (chain.outcome === 'bad') return chain;
  const folded = foldGroup(known);
  const member = folded === null ? 'everything' : difference(group, folded);
  if (folded !== null && member === null) return { outcome: 'ok', group: folded };
  const problem = `the stored state of the alert group is not what its events lead to (${member})`;
  return { outcome: 'bad', place: { streamId, seq: head.version, type: null, at: null, problem } };
}
