// The events of a stream up to a claimed end, verified: what every comparison of a stored state with its stream begins with. Pure.
import type { StoredEvent } from '../events.ts';
import { type BadPlace, type Head, type Mark, type Vouch, verifyChain } from './chain.ts';

/** The events up to the claimed end, or the first bad place. */
export type VerifiedEvents =
  | { readonly outcome: 'ok'; readonly events: readonly StoredEvent[] }
  | { readonly outcome: 'bad'; readonly place: BadPlace };

/**
 * Reads a stream up to `head` and verifies it; events beyond are not looked at.
 * @param marks places the stream must go through; those beyond `head` say nothing of it
 * @param vouching what vouches for redacted events, given the events that were read
 */
export async function verifiedUntil(
  events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>,
  { streamId, head, marks = [] }: { readonly streamId: string; readonly head: Head; readonly marks?: readonly Mark[] },
  vouching?: (known: readonly StoredEvent[]) => Vouch,
): Promise<VerifiedEvents> {
  const known: StoredEvent[] = [];
  for await (const event of events) {
    if (event.seq > head.version) break;
    known.push(event);
  }
  const within = marks.filter(({ version }) => version <= head.version);
  const chain = await verifyChain(streamId, known, head, within, vouching?.(known));
  return chain.outcome === 'bad' ? chain : { outcome: 'ok', events: known };
}

/** What is said where a stored state is not what its events lead to. */
export const contradicted = (
  { streamId, head }: { readonly streamId: string; readonly head: Head },
  problem: string,
): { readonly outcome: 'bad'; readonly place: BadPlace } => ({
  outcome: 'bad',
  place: { streamId, seq: head.version, type: null, at: null, problem },
});
