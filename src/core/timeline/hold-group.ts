// Holds the stored state of an alert group against the events of its stream. Pure.
import type { StoredEvent } from '../events.ts';
import type { GroupState } from '../group/state.ts';
import type { BadPlace, Head, Mark, Vouch } from './chain.ts';
import { foldGroup } from './fold-stream.ts';
import { difference } from './hold-against-chain.ts';
import { contradicted, verifiedUntil } from './verified-until.ts';

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
  const { group, vouch } = claim;
  const verified = await verifiedUntil(events, claim, vouch && (() => vouch));
  if (verified.outcome === 'bad') return verified;
  const folded = foldGroup(verified.events);
  const member = folded === null ? 'everything' : difference(group, folded);
  return folded !== null && member === null
    ? { outcome: 'ok', group: folded }
    : contradicted(claim, `the stored state of the alert group is not what its events lead to (${member})`);
}
