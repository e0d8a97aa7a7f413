// The record as an auditor sees it: checkpoints and a snapshot of everything.
import type { StoredEvent } from '../core/events.ts';
import type { CheckpointBody, CheckpointRef, SealedCheckpoint, StoredCheckpoint } from '../core/timeline/checkpoint.ts';
import type { Artifacts, StreamHead } from './ledger.ts';

/** Where streams end, as checkpoints list it. */
export type MovedHeads = CheckpointBody['heads'];

/** The checkpoints. */
export type Checkpoints = {
  /**
   * Gives the newest checkpoint and the heads that moved since they were last sealed, at most `limit` of them, and keeps what
   * `make` answers; one process at a time. Whatever fails, nothing is kept.
   */
  readonly advance: (
    limit: number,
    make: (last: SealedCheckpoint | null, moved: MovedHeads) => SealedCheckpoint | null,
  ) => Promise<void>;
  /** One checkpoint by its number; null if there is none, or it can no longer be read as one. */
  readonly byNumber: (number: number) => Promise<SealedCheckpoint | null>;
  /** The newest one that speaks of a stream, with what it says. */
  readonly ofStream: (streamId: string) => Promise<(StreamHead & { number: number; at: string }) | null>;
};

/** Remembers the newest checkpoint outside the database. */
export type CheckpointWitness = {
  /** null: none yet. Rejects if what is remembered cannot be read. */
  readonly recall: () => CheckpointRef | null;
  readonly remember: (checkpoint: CheckpointRef) => void;
};

/** The whole record as it stood at one moment, while it goes on. */
export type RecordSnapshot = {
  /** Where each stream's row says that it ends; `held`: how many events there are. */
  readonly heads: () => AsyncIterable<StreamHead & { streamId: string; held: number }>;
  readonly streamIds: () => AsyncIterable<string>;
  readonly readStream: (streamId: string) => AsyncIterable<StoredEvent>;
  readonly checkpoints: () => AsyncIterable<StoredCheckpoint>;
  readonly artifact: Artifacts['get'];
};
