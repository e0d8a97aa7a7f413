// The chain of a stream from which something was taken out, with the redactions that vouch for it: how it is verified wherever there are no
// more than these, in a bundle or on the page, and what they tell people. Pure.
import type { StoredEvent } from '../events.ts';
import { redactionsIn, vouchedFor } from '../redaction/vouched.ts';
import { redactionTypes } from '../redaction/vouched-event.ts';
import { systemStreamId } from '../system/events.ts';
import { visibleText } from '../visible-text.ts';
import { type BadPlace, type ChainCheck, contentHash, type Head, type Mark, verifyChain } from './chain.ts';
import { readEvent } from './read-event.ts';
import { shownActor } from './shown-actor.ts';

/** A stream with what is known of it from elsewhere. `redactions`: events of the system stream that vouch for what was taken out. */
export type VouchedStream = {
  readonly streamId: string;
  readonly events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>;
  readonly redactions: readonly StoredEvent[];
  /** Where it must end; null: not known. */
  readonly expected: Head | null;
  readonly marks?: readonly Mark[];
};

/** The first of these events that is no redaction of the system stream, or was edited. */
function forgedRedaction(redactions: readonly StoredEvent[]): StoredEvent | undefined {
  return redactions.find(
    (event) =>
      event.streamId !== systemStreamId || !redactionTypes.has(event.type) || contentHash(event) !== event.hash,
  );
}

/** Verifies the redactions and then the chain: `ok`, or the first bad place. */
export async function verifyVouchedChain(stream: VouchedStream): Promise<ChainCheck> {
  const { streamId, events, redactions, expected, marks = [] } = stream;
  const forged = forgedRedaction(redactions);
  if (forged) {
    const { seq, type, at } = forged;
    const place: BadPlace = { streamId, seq, type, at, problem: 'a redaction was edited, or is none' };
    return { outcome: 'bad', place };
  }
  const { events: vouched } = redactionsIn(redactions);
  return verifyChain(streamId, events, expected, marks, (event) => vouchedFor(vouched, event));
}

/** A redaction in the words of whoever ordered it. `seq`: the entry it is about; null: it is about a piece of evidence, `evidence`. */
export type ToldRedaction = {
  readonly seq: number | null;
  /** Name of the piece of evidence. */
  readonly evidence: string | null;
  readonly by: string;
  readonly at: string;
  readonly reason: string;
};

/** What redactions tell of a stream and of its evidence, in their order; what this version cannot read is left out. */
export function toldRedactions(streamId: string, redactions: readonly StoredEvent[]): readonly ToldRedaction[] {
  return redactions.flatMap((stored): ToldRedaction[] => {
    const read = readEvent(stored);
    if (read.outcome !== 'known') return [];
    const actor = shownActor(stored.actor);
    const by = actor.name ?? actor.id;
    const { event } = read;
    if (event.type === 'record.redacted' && event.data.streamId === streamId)
      return [{ seq: event.data.seq, evidence: null, by, at: stored.at, reason: visibleText(event.data.reason) }];
    if (event.type === 'evidence.redacted')
      return [
        {
          seq: null,
          evidence: visibleText(event.data.name),
          by,
          at: stored.at,
          reason: visibleText(event.data.reason),
        },
      ];
    return [];
  });
}
