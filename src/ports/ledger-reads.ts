// The ledger of one incident as the page reads it: in pages both ways, one entry, and events for a frame. Reads only.
import type { StoredEvent } from '../core/events.ts';
import type { Frame, FrameEvent } from '../core/timeline/frame.ts';

/** A part of a ledger that is asked for. */
export type LedgerSlice = {
  readonly streamId: string;
  /** Entries after this one are not known: of a frame that goes back, the last one of it. */
  readonly upTo: number;
  /** `after`: the first entries after it; `before`: the last ones before it. */
  readonly from: { readonly side: 'after' | 'before'; readonly seq: number };
  readonly limit: number;
  /** Which types; null: all. `but`: all others. */
  readonly types: { readonly of: 'only' | 'but'; readonly types: readonly string[] } | null;
};

/** An entry as it is recorded, without what links it. */
export type LedgerRow = Pick<StoredEvent, 'streamId' | 'seq' | 'type' | 'at' | 'actor' | 'data'>;

/** The ledger as it is read beside the engine. */
export type LedgerReads = {
  /**
   * Oldest first. A part ends early where its entries are very large, so that no answer is without bound; `more`: there are others beyond
   * it, on the side that was asked for.
   */
  readonly slice: (slice: LedgerSlice) => Promise<{ readonly items: readonly LedgerRow[]; readonly more: boolean }>;
  /** One entry with what links it; null: there is none in this place. */
  readonly entry: (streamId: string, seq: number) => Promise<StoredEvent | null>;
  /** The events of the system stream that vouch for what was taken out of a stream, and no others of it, in order. */
  readonly redactionsOf: (streamId: string) => Promise<readonly StoredEvent[]>;
  /** How many events had been recorded by an instant: those before the first one that is dated later. */
  readonly knownBy: (streamId: string, at: string) => Promise<number>;
  /** How many times something was taken out of a stream: what was read of it before is as it was until this number changes. */
  readonly timesRedacted: (streamId: string) => Promise<number>;
  /** Events after a place up to another, in order, in parts. */
  readonly eventsBetween: (
    streamId: string,
    range: { readonly after: number; readonly upTo: number },
  ) => AsyncIterable<readonly FrameEvent[]>;
};

/** Frames of incidents. */
export type Frames = {
  /** The frame as it is known now, of a stream that has `version` events at least; null: nothing opens the incident. */
  readonly now: (streamId: string, version: number) => Promise<Frame | null>;
  /** The frame as it was known at an instant; null: the incident was not known. */
  readonly at: (streamId: string, at: string) => Promise<Frame | null>;
};
