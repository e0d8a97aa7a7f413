// What a row of the ledger is believed by, besides the digest that stands beside it, and how it is refused. Loads nothing.
import type { BadPlace, Head } from '../../core/timeline/chain.ts';
import { RecordFaultError } from '../../core/timeline/record-fault.ts';
import type { Queryable } from './event-store-readers.ts';
import type { SnapshotKey } from './snapshot-digest.ts';

/** Sealed ends of streams. */
export type SealedHeads = {
  /** True if a checkpoint that can be believed says that the stream ended exactly there. */
  readonly seals: (streamId: string, head: Head) => Promise<boolean>;
};

/** What reading and writing snapshots needs. `found` is told of every row that is not believed. */
export type SnapshotParts = {
  readonly pool: Queryable;
  readonly key: SnapshotKey | null;
  /**
   * What vouches for the end of a stream whose row has no digest of ours: whoever can write to the database can write events that link
   * up, too. Null: what is loaded is shown, and nothing is acted on.
   */
  readonly sealed: SealedHeads | null;
  readonly found: (place: BadPlace) => void;
};

/** A place of a stream with what is wrong there. */
export const placeOf = (at: { readonly streamId: string; readonly seq: number }, problem: string): BadPlace => ({
  streamId: at.streamId,
  seq: at.seq,
  type: null,
  at: null,
  problem,
});

/** Says that a stream cannot be believed. @throws RecordFaultError always */
export function refuse(
  { found }: SnapshotParts,
  at: { readonly streamId: string; readonly seq: number },
  problem: string,
): never {
  const place = placeOf(at, problem);
  found(place);
  throw new RecordFaultError(place);
}

/** Why a row is not believed whose digest is none of ours. */
export const unvouched = {
  none: 'no digest vouches for its row, and no checkpoint seals its end: it was written by hand, or its digest removed',
  foreign:
    'its row was vouched for with another key, and no checkpoint seals its end: give all processes one FIREBREAK_SIGNING_KEY',
};

/** Lets only such an end of a stream pass as somebody vouches for who has our key: its events are then what was written. */
export async function expectSealed(
  parts: SnapshotParts,
  vouched: 'none' | 'foreign',
  { streamId, head }: { readonly streamId: string; readonly head: Head },
): Promise<void> {
  if (parts.sealed === null || (await parts.sealed.seals(streamId, head))) return;
  refuse(parts, { streamId, seq: head.version }, unvouched[vouched]);
}

/** That a stored state is not the one its digest was made for. */
export const edited = (what: string) => `the stored state of ${what} was edited: it does not match its digest`;
