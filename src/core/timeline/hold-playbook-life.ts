// Holds the stored life of a playbook against the events of its stream. Pure.
import type { PlaybookLife } from '../change-control/state.ts';
import type { StoredEvent } from '../events.ts';
import type { BadPlace, Head, Mark, Vouch } from './chain.ts';
import { foldPlaybookLife } from './fold-stream.ts';
import { difference } from './hold-against-chain.ts';
import { contradicted, verifiedUntil } from './verified-until.ts';

/** `ok` with what the events lead to, or the first bad place. */
export type HeldPlaybookLife =
  | { readonly outcome: 'ok'; readonly life: PlaybookLife }
  | { readonly outcome: 'bad'; readonly place: BadPlace };

/** Holds what is claimed of a playbook's stream against its events; events beyond the claimed end are not looked at. */
export async function holdPlaybookLife(
  events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>,
  claim: {
    readonly streamId: string;
    readonly head: Head;
    readonly life: PlaybookLife;
    readonly marks?: readonly Mark[];
    /** What vouches for redacted events of it. */
    readonly vouch?: Vouch;
  },
): Promise<HeldPlaybookLife> {
  const { life, vouch } = claim;
  const verified = await verifiedUntil(events, claim, vouch && (() => vouch));
  if (verified.outcome === 'bad') return verified;
  const folded = foldPlaybookLife(verified.events);
  const member = folded === null ? 'everything' : difference(life, folded);
  return folded !== null && member === null
    ? { outcome: 'ok', life: folded }
    : contradicted(claim, `the stored life of the playbook is not what its events lead to (${member})`);
}
