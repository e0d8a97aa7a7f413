// The append-only ledger and what is kept beside it, as the engine sees them.
import type { HeldCount } from '../core/alert/forgotten.ts';
import type { PlaybookLife } from '../core/change-control/state.ts';
import type { ArtifactRef, StoredEvent } from '../core/events.ts';
import type { EvidenceContent } from '../core/evidence/content.ts';
import type { GroupState } from '../core/group/state.ts';
import type { IncidentState } from '../core/incident/state.ts';
import type { Playbook, PlaybookRef } from '../core/playbook/playbook.ts';
import type { PlannedRedaction } from '../core/redaction/plan-redaction.ts';
import type { RunState } from '../core/run/state.ts';
import type { Archived } from '../core/system/archived.ts';
import type { KillSwitch, SystemState, TokenRecord } from '../core/system/state.ts';

/** Where a stream ends. */
export type StreamHead = { readonly version: number; readonly hash: string };

/** An incident with the end of its stream. */
export type LoadedIncident = { readonly incident: IncidentState; readonly head: StreamHead };

/** A run with its incident. */
export type LoadedRun = LoadedIncident & { readonly run: RunState };

/** A run as it is stored. `wakeAt`: when it next wants attention, in which worker pools; null: only when somebody acts. */
export type RunSnapshot = {
  readonly state: RunState;
  readonly wakeAt: string | null;
  readonly pools: readonly string[];
};

/** One atomic change of an incident's stream: events, the snapshots they lead to, the deliveries they settle. */
export type IncidentChange = LoadedIncident & {
  readonly stream: 'incident';
  /** False: the incident's own state is what it was before. */
  readonly incidentChanged: boolean;
  /** When the incident next wants attention by itself; null: only when somebody acts. */
  readonly incidentWakeAt: string | null;
  /** The end of the stream this change was decided on; null opens the stream. */
  readonly expected: StreamHead | null;
  readonly events: readonly StoredEvent[];
  /** The runs that changed, as they are after the events. */
  readonly runs: readonly RunSnapshot[];
  /** Alerts that now belong to this incident. */
  readonly alerts: readonly { readonly fingerprint: string; readonly active: boolean }[];
  /** Receipts of the deliveries that this change has dealt with. */
  readonly receipts: readonly string[];
};

/** The system stream with its end; null: nothing is recorded yet. */
export type LoadedSystem = { readonly state: SystemState; readonly head: StreamHead | null };

/** One atomic change of the system stream: events, the state they lead to, and what of it is read elsewhere. */
export type SystemChange = {
  readonly stream: 'system';
  readonly state: SystemState;
  readonly head: StreamHead;
  /** The end of the stream this change was decided on; null opens the stream. */
  readonly expected: StreamHead | null;
  readonly events: readonly StoredEvent[];
  /** Switches that are engaged, or whose person or reason is another than before. */
  readonly engaged: readonly KillSwitch[];
  /** Scopes whose switch is engaged no longer. */
  readonly released: readonly string[];
  /** Tokens that are new or otherwise now. */
  readonly tokens: readonly TokenRecord[];
  /** Streams that leave with this change. */
  readonly archived: readonly Archived[];
  /** What is taken out with this change. */
  readonly redacted?: AppliedRedaction | undefined;
};

/** A recorded redaction, with what it changes. `recordedBy`: its place in the system stream. */
export type AppliedRedaction =
  | { readonly type: 'evidence'; readonly digest: string; readonly recordedBy: number }
  | {
      readonly type: 'event';
      readonly plan: PlannedRedaction;
      /** The end of the event's stream that it was planned on. */
      readonly head: StreamHead;
      readonly recordedBy: number;
    };

/** An alert group with the end of its stream. */
export type LoadedGroup = { readonly group: GroupState; readonly head: StreamHead };

/** One atomic change of an alert group's stream: events, the state they lead to, the deliveries they settle. */
export type GroupChange = LoadedGroup & {
  readonly stream: 'group';
  /** The end of the stream this change was decided on; null opens the stream. */
  readonly expected: StreamHead | null;
  readonly events: readonly StoredEvent[];
  /** When the group next wants attention by itself; null: only when somebody acts. */
  readonly wakeAt: string | null;
  /** Receipts of the deliveries that this change has dealt with. */
  readonly receipts: readonly string[];
};

/** The life of a playbook with the end of its stream; null: nothing is recorded of it yet. */
export type LoadedPlaybookLife = { readonly life: PlaybookLife; readonly head: StreamHead | null };

/** One atomic change of a playbook's stream: events, and the life they lead to. */
export type PlaybookLifeChange = {
  readonly stream: 'playbook';
  readonly life: PlaybookLife;
  readonly head: StreamHead;
  /** The end of the stream this change was decided on; null opens the stream. */
  readonly expected: StreamHead | null;
  readonly events: readonly StoredEvent[];
};

/** One atomic change of one stream. */
export type Change = IncidentChange | GroupChange | SystemChange | PlaybookLifeChange;

/** `conflict`: the stream has moved on; load and decide again. `locked`: another run holds the concurrency key. */
export type Appended = 'appended' | 'conflict' | 'locked';

/**
 * The append-only ledger of incidents. What it loads is vouched for by its digest or its events; where neither does, it rejects
 * with RecordFaultError.
 */
export type EventStore = {
  readonly loadRun: (runId: string) => Promise<LoadedRun | null>;
  /** All runs of an incident, oldest first. */
  readonly runsOf: (incidentId: string) => Promise<readonly RunState[]>;
  readonly loadIncident: (incidentId: string) => Promise<LoadedIncident | null>;
  readonly append: (change: IncidentChange) => Promise<Appended>;
  /** Appends changes of different streams, all or none. */
  readonly appendTogether: (changes: readonly (IncidentChange | GroupChange)[]) => Promise<Appended>;
  /** Events of a stream in order, from `fromSeq` (default 1). */
  readonly readStream: (streamId: string, fromSeq?: number) => AsyncIterable<StoredEvent>;
  readonly streamIds: () => AsyncIterable<string>;
  /** The last event of a stream that came from a cause: what a command has led to that comes again; null: nothing. */
  readonly causedBy: (streamId: string, cause: string) => Promise<Pick<StoredEvent, 'type' | 'data'> | null>;
};

/**
 * The streams of alert groups. What it loads is vouched for as an incident is; where nothing vouches, it rejects with
 * RecordFaultError.
 */
export type GroupStreams = {
  /** The group of a key; there is one at most. */
  readonly byKey: (key: string) => Promise<LoadedGroup | null>;
  readonly load: (id: string) => Promise<LoadedGroup | null>;
  /** Of these alerts those that a group holds, with its key and rule, by fingerprint. */
  readonly holding: (
    fingerprints: readonly string[],
  ) => Promise<ReadonlyMap<string, { readonly key: string; readonly rule: string | null }>>;
  /** `conflict` too where another process has opened the group of its key. */
  readonly append: (change: GroupChange) => Promise<Exclude<Appended, 'locked'>>;
  /** Groups that hold something, the one that was changed last first. */
  readonly holders: (limit: number) => Promise<readonly LoadedGroup[]>;
  /** What silences have held, by the name that the record has for each; one that held nothing is left out. */
  readonly silenced: (names: readonly string[]) => Promise<ReadonlyMap<string, HeldCount>>;
  /** Ids of groups whose timer is due by an instant, the longest overdue first. */
  readonly due: (at: string, limit: number) => Promise<readonly string[]>;
  /** Makes every group that holds something due at an instant: what holds it may have changed. */
  readonly wakeHeld: (at: string) => Promise<void>;
  /**
   * Sets the next timer of a group that was looked at and had nothing to record. Does nothing where its stream has moved on, or where it
   * was made due again after `lookedAt`.
   */
  readonly rest: (
    loaded: LoadedGroup,
    timer: { readonly lookedAt: string; readonly wakeAt: string | null },
  ) => Promise<void>;
};

/** The append-only stream of what people change for all of Firebreak. */
export type SystemStream = {
  readonly load: () => Promise<LoadedSystem>;
  /**
   * Streams that leave are deleted with it, and what is redacted is taken out, all or nothing; `conflict` too where one of them has moved
   * on. Rejects with OwnerOnlyError where this process may not take anything out.
   */
  readonly append: (change: SystemChange) => Promise<Exclude<Appended, 'locked'>>;
};

/** The streams of playbooks. What it loads is vouched for as an incident is; where nothing vouches, it rejects with RecordFaultError. */
export type PlaybookLives = {
  readonly load: (name: string) => Promise<LoadedPlaybookLife>;
  /** Several in one read, by their names; rejects where one of them cannot be believed. */
  readonly loadAll: (names: readonly string[]) => Promise<ReadonlyMap<string, LoadedPlaybookLife>>;
  /** Where each playbook's stream ends, by the name: tells cheaply whether anything has changed. */
  readonly heads: () => Promise<ReadonlyMap<string, StreamHead>>;
  readonly append: (change: PlaybookLifeChange) => Promise<Exclude<Appended, 'locked'>>;
};

/** Playbook versions by digest. */
export type PlaybookVersions = {
  /** Keeps a version; keeping it again changes nothing. */
  readonly keep: (playbook: Playbook, source: string) => Promise<PlaybookRef>;
  /** Rejects with RecordFaultError if what is stored is not what the digest names. */
  readonly byDigest: (digest: string) => Promise<Playbook | null>;
};

/** What is kept of a version besides its definition: since when, and the text of its file. */
export type KeptVersion = { readonly ref: PlaybookRef; readonly since: string };

/** The versions of playbooks as they came into force, for people. */
export type PlaybookHistory = {
  /** Of a playbook by name, the newest first. */
  readonly list: (name: string, limit: number) => Promise<readonly KeptVersion[]>;
  readonly find: (name: string, digest: string) => Promise<(KeptVersion & { readonly source: string }) | null>;
};

/** The playbooks in force, by name. */
export type PlaybookCatalog = {
  readonly all: () => readonly Playbook[];
  readonly byName: (name: string) => Playbook | undefined;
};

/** Evidence as it is stored, without its content. */
export type StoredArtifact = {
  readonly name: string;
  readonly bytes: number;
  /** Media type; null: an earlier version kept none. */
  readonly type: string | null;
  /** Its content was taken out; what is left is its digest. */
  readonly isRedacted: boolean;
  /** The incidents it was kept for. */
  readonly incidents: readonly string[];
};

/** Evidence by digest (`sha256:<hex>`). */
export type Artifacts = {
  /** Keeps evidence of an incident. The same content is kept once; what was redacted stays so. */
  readonly put: (kept: {
    readonly name: string;
    readonly incidentId: string;
    readonly evidence: EvidenceContent;
  }) => Promise<ArtifactRef>;
  /** null: there is none, or its content was taken out. Rejects with RecordFaultError if what is stored is not what the digest names. */
  readonly get: (digest: string) => Promise<Buffer | null>;
  /** What is known of it; null: there is none. */
  readonly find: (digest: string) => Promise<StoredArtifact | null>;
};

/**
 * Which runs stand in each other's way. A run found by its keys is vouched for; where its state says otherwise, the lookup rejects with
 * RecordFaultError.
 */
export type RunLookups = {
  /** The run that has queued longest for a concurrency key. */
  readonly firstInLine: (key: string) => Promise<string | null>;
  /** The run that holds a concurrency key. */
  readonly holderOf: (key: string) => Promise<string | null>;
  /** The latest run with the same cooldown key that started since an instant; `nth`: of them the nth latest, 1 the latest. */
  readonly lastRunOf: (
    cooldownKey: string,
    since: string,
    nth?: number,
  ) => Promise<{ runId: string; startedAt: string } | null>;
  /** Incidents with a run of a playbook (`*`: of any) that has not ended. */
  readonly atWork: (playbook: string) => Promise<readonly string[]>;
  /** Incidents whose own timer is due by an instant, the longest overdue first. */
  readonly dueIncidents: (at: string, limit: number) => Promise<readonly string[]>;
  /** Runs that alerts have started since an instant. */
  readonly startedByAlerts: (since: string) => Promise<number>;
};
