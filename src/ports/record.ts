// The record as an auditor sees it: checkpoints and a snapshot of everything.

import type { PlaybookLife } from '../core/change-control/state.ts';
import type { StoredEvent } from '../core/events.ts';
import type { GroupState } from '../core/group/state.ts';
import type { Archived } from '../core/system/archived.ts';
import type { SystemState, TokenRecord } from '../core/system/state.ts';
import type { CheckpointBody, CheckpointRef, SealedCheckpoint, StoredCheckpoint } from '../core/timeline/checkpoint.ts';
import type { Folded } from '../core/timeline/fold-stream.ts';
import type { Artifacts, StreamHead } from './ledger.ts';

/** Where streams end, as checkpoints list it. */
export type MovedHeads = CheckpointBody['heads'];

/** The checkpoints. */
export type Checkpoints = {
  /**
   * Gives the newest checkpoint and the heads that moved since they were last sealed, at most `limit` of them, and keeps what
   * `make` answers; one process at a time. Whatever fails, nothing is kept. Heads that were written by hand are not among them.
   * `whole`: every stream is held against what the checkpoints say of it, else a mark beside each stream is believed.
   */
  readonly advance: (
    look: { readonly limit: number; readonly whole: boolean },
    make: (last: SealedCheckpoint | null, moved: MovedHeads) => SealedCheckpoint | null,
  ) => Promise<void>;
  /** One checkpoint by its number; null if there is none, or it can no longer be read as one. */
  readonly byNumber: (number: number) => Promise<SealedCheckpoint | null>;
  /** The newest of all; null if there is none, or it can no longer be read as one. */
  readonly newest: () => Promise<SealedCheckpoint | null>;
  /** The newest one that speaks of a stream, with what it says. */
  readonly ofStream: (streamId: string) => Promise<(StreamHead & { number: number; at: string }) | null>;
};

/** A place that checkpoints are sent to; `token` is the secret itself. */
export type WitnessPlace =
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'http' | 'object'; readonly url: string; readonly token: string | null }
  | { readonly type: 'log' };

/** Witnesses outside, told of every checkpoint at least once. */
export type OutsideWitnesses = {
  /** Notes a checkpoint for all of them. */
  readonly note: (checkpoint: SealedCheckpoint) => void;
  /** Tells them what they have not been told yet. Resolves whatever they answer; what failed waits for the next time. */
  readonly flush: () => Promise<void>;
  /** Those that have not been told everything yet. */
  readonly behind: () => readonly string[];
};

/** Remembers the newest checkpoint outside the database. */
export type CheckpointWitness = {
  /** null: none yet. Rejects if what is remembered cannot be read. */
  readonly recall: () => CheckpointRef | null;
  readonly remember: (checkpoint: CheckpointRef) => void;
  /** Remembers none. */
  readonly forget: () => void;
};

/** What a stream leads to, with the stream. */
type FoldedStream = { readonly streamId: string; readonly head: StreamHead; readonly events: readonly StoredEvent[] };
/** An incident's stream, folded. */
export type FoldedIncident = FoldedStream & Folded;
/** An alert group's stream, folded; `group` is null if no readable event opens it. */
export type FoldedGroup = FoldedStream & { readonly group: GroupState | null };
/** A playbook's stream, folded; `life` is null if no readable event is in it. */
export type FoldedPlaybookLife = FoldedStream & { readonly life: PlaybookLife | null };
/** The system stream, folded. `tokens`: every token it ever made, as it stood at the end or when its name was given anew. */
export type FoldedSystem = FoldedStream & { readonly state: SystemState; readonly tokens: readonly TokenRecord[] };
/** The newest checkpoint that speaks of a stream, and where it says that it ends. */
export type SealedMark = { readonly number: number; readonly version: number };
/** What the streams say of one alert: the last event about it in each incident that knows it. */
export type AlertPlace = { readonly incidentId: string; readonly active: boolean; readonly changedAt: string };

/** Holds what is stored beside the streams against what they lead to. Each answers the first thing that is wrong; null: nothing. */
export type RowFaults = {
  readonly ofIncident: (
    folded: FoldedIncident,
    sealed: SealedMark | null,
    trusted: readonly string[],
  ) => Promise<string | null>;
  readonly ofGroup: (
    folded: FoldedGroup,
    sealed: SealedMark | null,
    trusted: readonly string[],
  ) => Promise<string | null>;
  readonly ofPlaybook: (
    folded: FoldedPlaybookLife,
    sealed: SealedMark | null,
    trusted: readonly string[],
  ) => Promise<string | null>;
  readonly ofSystem: (
    folded: FoldedSystem,
    sealed: SealedMark | null,
    trusted: readonly string[],
  ) => Promise<string | null>;
  /** Where nothing is recorded in the system stream. */
  readonly withoutSystem: () => Promise<string | null>;
  /** By fingerprint. `gone`: those whose rows left with an archived stream, with the instant. */
  readonly alerts: (
    known: ReadonlyMap<string, readonly AlertPlace[]>,
    gone: ReadonlyMap<string, string>,
  ) => Promise<string | null>;
  /** The streams that left by the events of the system stream. */
  readonly archived: (archived: readonly Archived[]) => Promise<string | null>;
  /** `pinned`: digests that runs were started with. */
  readonly versions: (pinned: ReadonlySet<string>) => Promise<string | null>;
  /** `named`: digests of rule books that came into force. */
  readonly rulebooks: (named: ReadonlySet<string>) => Promise<string | null>;
  /** The names that events give to evidence, by digest; and the digests of what was redacted. */
  readonly evidence: (
    named: ReadonlyMap<string, ReadonlySet<string>>,
    redacted: ReadonlySet<string>,
  ) => Promise<string | null>;
  /** The fingerprints that events name with each receipt. */
  readonly deliveries: (receipts: ReadonlyMap<string, ReadonlySet<string>>) => Promise<string | null>;
};

/** The whole record as it stood at one moment, while it goes on. */
export type RecordSnapshot = {
  /** Where each stream's row says that it ends; `held`: how many events there are. */
  readonly heads: () => AsyncIterable<StreamHead & { streamId: string; held: number }>;
  readonly streamIds: () => AsyncIterable<string>;
  readonly readStream: (streamId: string) => AsyncIterable<StoredEvent>;
  readonly checkpoints: () => AsyncIterable<StoredCheckpoint>;
  readonly artifact: Artifacts['get'];
  readonly rowFaults: RowFaults;
};
