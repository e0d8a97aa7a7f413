// What the engine and the edges need from the outside world, as types. No behaviour.
import type { Logger } from 'pino';
import type { Alert } from './core/alert.ts';
import type { Actor, ArtifactRef, IncidentEvent, StepError, StoredEvent } from './core/events.ts';
import type { IdPrefix } from './core/ids.ts';
import type { IncidentState } from './core/incident.ts';
import type { Json, JsonObject } from './core/json.ts';
import type { ActionTraits, Playbook, PlaybookRef } from './core/playbook/playbook.ts';
import type { FieldFault, Refusal } from './core/refusal.ts';
import type { Result } from './core/result.ts';
import type { DryRun } from './core/run/dry-run.ts';
import type { Approval, RunState } from './core/run/state.ts';
import type { CheckpointBody, CheckpointRef, SealedCheckpoint, StoredCheckpoint } from './core/timeline/checkpoint.ts';

export type { FieldFault, Refusal } from './core/refusal.ts';
export type * from './ports-api.ts';

export type Log = Logger;

/** The one way to the time, randomness and new ids. */
export type Host = {
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly newId: (prefix: IdPrefix) => string;
};

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

/** One atomic change: events of one stream, the snapshots they lead to, the deliveries they settle. */
export type Change = LoadedIncident & {
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

/** `conflict`: the stream has moved on; load and decide again. `locked`: another run holds the concurrency key. */
export type Appended = 'appended' | 'conflict' | 'locked';

/** The append-only ledger. */
export type EventStore = {
  readonly loadRun: (runId: string) => Promise<LoadedRun | null>;
  readonly loadIncident: (incidentId: string) => Promise<LoadedIncident | null>;
  readonly append: (change: Change) => Promise<Appended>;
  /** Events of a stream in order, from `fromSeq` (default 1). */
  readonly readStream: (streamId: string, fromSeq?: number) => AsyncIterable<StoredEvent>;
  readonly streamIds: () => AsyncIterable<string>;
};

/** A raw delivery as it came in. */
export type Delivery = {
  readonly receipt: string;
  readonly source: string;
  readonly integration: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
  /** Same key, same delivery. */
  readonly dedupeKey: string;
  readonly receivedAt: string;
  /** `dead`: it cannot be used; `error` says why. */
  readonly status: 'accepted' | 'processed' | 'dead';
  readonly error: string | null;
  readonly alerts: readonly Alert[];
};

/** Rows for lists; the full state is behind the id. */
export type IncidentRow = IncidentState & { readonly updatedAt: string; readonly version: number };
export type RunRow = { readonly state: RunState; readonly wakeAt: string | null; readonly updatedAt: string };
/** A page of results; `cursor` continues it, null ends it. */
export type Page<T> = { readonly items: readonly T[]; readonly cursor: string | null };
export type PageRequest = { readonly limit: number; readonly cursor: string | null };

/** The read side. */
export type ReadModels = {
  readonly incidents: (
    filter: PageRequest & { status?: string; severity?: number; since?: string; until?: string },
  ) => Promise<Page<IncidentRow>>;
  readonly incident: (idOrNumber: string) => Promise<IncidentRow | null>;
  readonly incidentByChannel: (channelId: string) => Promise<IncidentRow | null>;
  readonly runs: (
    filter: PageRequest & { status?: string; playbook?: string; incidentId?: string; since?: string; until?: string },
  ) => Promise<Page<RunRow>>;
  readonly run: (id: string) => Promise<RunRow | null>;
  readonly runsOfIncident: (incidentId: string) => Promise<readonly RunRow[]>;
  readonly approvals: (
    filter: PageRequest & { status?: Approval['status'] },
  ) => Promise<Page<{ runId: string; incidentId: string; approval: Approval }>>;
  readonly deliveries: (
    filter: PageRequest & { status?: string; source?: string },
  ) => Promise<Page<Omit<Delivery, 'body' | 'alerts'>>>;
};

/** Playbook versions by digest. */
export type PlaybookVersions = {
  /** Keeps a version; keeping it again changes nothing. */
  readonly keep: (playbook: Playbook, source: string) => Promise<PlaybookRef>;
  readonly byDigest: (digest: string) => Promise<Playbook | null>;
};

/** Evidence by digest (`sha256:<hex>`). */
export type Artifacts = {
  readonly put: (name: string, content: Buffer) => Promise<ArtifactRef>;
  readonly get: (digest: string) => Promise<Buffer | null>;
};

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
  /** Where each incident's row says that its stream ends; `held`: how many events there are. */
  readonly heads: () => AsyncIterable<StreamHead & { streamId: string; held: number }>;
  readonly streamIds: () => AsyncIterable<string>;
  readonly readStream: (streamId: string) => AsyncIterable<StoredEvent>;
  readonly checkpoints: () => AsyncIterable<StoredCheckpoint>;
  readonly artifact: Artifacts['get'];
};

/** Adds jobs; the catalog in queue/job-catalog.ts types names and payloads. Best effort: the reconciler makes good what is lost. */
export type Wakeups = {
  /** Wakes a run in each of the pools. */
  readonly wakeRun: (runId: string, version: number, delayMs: number, pools: readonly string[]) => Promise<void>;
  /** Says that deliveries wait; calls that come while one is being made are made as one. */
  readonly wakeIntake: () => void;
  readonly wakeNotifier: (incidentId: string, version: number) => Promise<void>;
};

/** What an action is given. */
export type ActionContext = {
  /** Ends the action: timeout, cancel or shutdown. */
  readonly signal: AbortSignal;
  readonly idempotencyKey: string;
  readonly attempt: number;
  readonly runId: string;
  readonly step: string;
  readonly incident: { readonly id: string; readonly number: number; readonly channelId: string | null };
  readonly log: Log;
  readonly chat: Chat | null;
};

/** What an action answers. It throws only for bugs. */
export type ActionResult =
  | { readonly outcome: 'succeeded'; readonly output: Json }
  | { readonly outcome: 'failed'; readonly error: StepError };

/** Whether an action under the same key took effect, as far as its target can say. */
export type ProbeResult =
  | { readonly outcome: 'done'; readonly output: Json }
  | { readonly outcome: 'not_done' }
  | { readonly outcome: 'unclear'; readonly message: string };

/** An action as the engine sees it (see actions/action.ts for `defineAction`). */
export type Action = ActionTraits & {
  readonly sample: Json;
  readonly run: (input: Json, context: ActionContext) => Promise<ActionResult>;
  /** Asks the target whether it has acted already; changes nothing. */
  readonly probe?: (input: Json, context: ActionContext) => Promise<ProbeResult>;
};

/** How a sender proves itself. */
export type IntegrationAuth =
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | {
      readonly type: 'hmac';
      readonly secret: string;
      readonly header: string;
      /** Text before the hex digest in the header, such as `sha256=`. */
      readonly prefix: string;
      /** Header with Unix seconds that the signature covers as `<seconds>.<body>`; null: the body alone is signed. */
      readonly timestampHeader: string | null;
      readonly toleranceMs: number;
    }
  | { readonly type: 'none' };

/** One configured sender. */
export type Integration = {
  readonly name: string;
  readonly source: string;
  readonly auth: IntegrationAuth;
  /** CEL per field, for sources that need a mapping. */
  readonly mapping: { readonly [field: string]: string } | null;
};

/** One inbound request of a source: raw bytes and what they parse to. */
export type InboundDelivery = {
  readonly headers: { readonly [name: string]: string };
  readonly raw: Buffer;
  readonly body: Json;
};

/** What a delivery means. An empty list is a legal delivery that concerns no alert. */
export type ParsedDelivery = {
  readonly alerts: readonly Alert[];
  /** The sender's own id of this delivery, if it has one. */
  readonly deliveryKey: string | null;
  /** Alerts that the sender left out. */
  readonly truncated: number;
};

/** An alert source (see sources/source.ts for `defineSource`). */
export type Source = {
  readonly id: string;
  readonly title: string;
  readonly sample: { readonly headers: { readonly [name: string]: string }; readonly body: JsonObject };
  /** Checks an integration's mapping when the configuration is loaded. */
  readonly checkMapping: (mapping: Integration['mapping']) => readonly FieldFault[];
  readonly parse: (
    delivery: InboundDelivery,
    integration: Integration,
  ) => Result<ParsedDelivery, readonly FieldFault[]>;
};

/** Posts into Slack on behalf of an action; the same key never posts twice. */
export type Chat = {
  readonly post: (message: {
    channel: string;
    text: string;
    key: string;
  }) => Promise<Result<{ channelId: string; ts: string }, StepError>>;
};

/** Who belongs to what. */
export type Directory = {
  /** Those of `names` (roles such as `@sre`, or user ids) that the actor belongs to right now. */
  readonly belongsTo: (actor: Actor, names: readonly string[]) => Promise<readonly string[]>;
  /** User ids behind the names. */
  readonly members: (names: readonly string[]) => Promise<readonly string[]>;
};

/** Value of a named secret; undefined if it is not configured. */
export type Secrets = (name: string) => string | undefined;

/** Who gives an order and what it answers to (a request id, a Slack trigger). */
export type Order = { readonly actor: Actor; readonly cause: string };
/** What people may do to a run; `done` says that a step of unknown outcome did take effect. */
export type RunOrder = 'retry' | 'compensate' | 'cancel' | 'pause' | 'resume' | 'done';

/** Everything people can ask for: the one path behind Slack, API and CLI. All are durable when they answer. */
export type Operations = {
  /** `ids`: of the run, and of its incident if one is opened; starting the same ids again answers the run that is there. */
  readonly startRun: (
    order: Order & {
      playbook: string;
      inputs: JsonObject;
      incidentId: string | null;
      reason?: string;
      ids?: { run: string; incident: string };
    },
  ) => Promise<Result<{ run: RunState; incident: IncidentState }, Refusal>>;
  /** What such a run would do; nothing is done or recorded. */
  readonly dryRun: (order: {
    actor: Actor;
    playbook: string;
    inputs: JsonObject;
    incidentId: string | null;
  }) => Promise<Result<DryRun, Refusal>>;
  readonly decideApproval: (
    order: Order & { approvalId: string; decision: 'approve' | 'deny'; planDigest?: string; reason?: string },
  ) => Promise<Result<{ run: RunState; approval: Approval }, Refusal>>;
  readonly orderRun: (
    order: Order & { runId: string; order: RunOrder; step?: string; reason?: string },
  ) => Promise<Result<RunState, Refusal>>;
  /** Gives a run something that a step of it may wait for. */
  readonly signalRun: (
    order: Order & { runId: string; name: string; data: Json },
  ) => Promise<Result<RunState, Refusal>>;
  /** The kill switches that are engaged. */
  readonly killSwitches: () => readonly KillSwitch[];
  /** From now on nothing of the scope starts: `*` is everything, else a playbook's name. What is under way goes on. */
  readonly halt: (order: Order & { scope: string; reason: string }) => Promise<Result<KillSwitch, Refusal>>;
  readonly release: (order: Order & { scope: string }) => Promise<Result<{ scope: string }, Refusal>>;
  readonly declare: (order: Order & { title: string; severity: number }) => Promise<Result<IncidentState, Refusal>>;
  readonly note: (order: Order & { incidentId: string; text: string }) => Promise<Result<IncidentState, Refusal>>;
  readonly setSeverity: (
    order: Order & { incidentId: string; severity: number },
  ) => Promise<Result<IncidentState, Refusal>>;
  readonly assignRole: (
    order: Order & { incidentId: string; role: string; user: string },
  ) => Promise<Result<IncidentState, Refusal>>;
  readonly resolveIncident: (
    order: Order & { incidentId: string; reason: string },
  ) => Promise<Result<IncidentState, Refusal>>;
  readonly closeIncident: (
    order: Order & { incidentId: string; reason: string },
  ) => Promise<Result<IncidentState, Refusal>>;
  /** Records what the Slack edge did: channel linked, responders invited, a message posted that people rely on. */
  readonly recordChat: (
    order: Order & {
      incidentId: string;
      event: Extract<IncidentEvent, { type: 'channel.linked' | 'responders.invited' | 'message.posted' }>;
    },
  ) => Promise<Result<IncidentState, Refusal>>;
};

/** The playbooks in force, by name. */
export type PlaybookCatalog = {
  readonly all: () => readonly Playbook[];
  readonly byName: (name: string) => Playbook | undefined;
};

/** What is kept of one Slack message so that it is posted once and edited afterwards. */
export type SlackMessage = {
  readonly key: string;
  readonly incidentId: string;
  readonly channelId: string;
  /** null: a post was begun and its answer never recorded; look in the channel before posting again. */
  readonly ts: string | null;
  /** Digest of what was last sent. */
  readonly digest: string | null;
  readonly version: number;
};

/** The notifier's memory. */
export type SlackMessages = {
  readonly ofIncident: (incidentId: string) => Promise<readonly SlackMessage[]>;
  readonly byKey: (key: string) => Promise<SlackMessage | null>;
  /** Notes that a post is about to happen; false if the key is known already. */
  readonly begin: (message: { key: string; incidentId: string; channelId: string }) => Promise<boolean>;
  readonly sent: (key: string, sent: { ts: string; digest: string; version: number }) => Promise<void>;
  /** Runs `work` while no other process works on the same incident's messages; null if another one does. */
  readonly exclusively: <T>(incidentId: string, work: () => Promise<T>) => Promise<T | null>;
  /** Incidents whose timeline has moved on since the notifier last finished, oldest first. */
  readonly behind: (limit: number) => Promise<readonly { incidentId: string; version: number }[]>;
  readonly settled: (incidentId: string, version: number) => Promise<void>;
};

/** Which workers live, which runs they left behind, which runs are due. */
export type WorkerRegistry = {
  /** Says that a worker lives; answers which of its runs are to be cancelled. */
  readonly beat: (worker: string, pool: string) => Promise<{ cancelling: readonly string[] }>;
  /** An orderly goodbye. */
  readonly leave: (worker: string) => Promise<void>;
  /** Runs with steps held by workers not seen for `leaseMs`. */
  readonly orphans: (leaseMs: number) => Promise<readonly { runId: string; gone: readonly string[] }[]>;
  /** For a process that knows it is alone on its database: every worker known so far is gone. */
  readonly forgetOthers: () => Promise<void>;
  /** Runs whose wake-up time has come by `at`, the longest overdue first. */
  readonly due: (
    at: string,
    limit: number,
  ) => Promise<readonly { runId: string; version: number; wakeAt: string; pools: readonly string[] }[]>;
};

/** Which runs stand in each other's way. */
export type RunLookups = {
  /** The run that has queued longest for a concurrency key. */
  readonly firstInLine: (key: string) => Promise<string | null>;
  /** The run that holds a concurrency key. */
  readonly holderOf: (key: string) => Promise<string | null>;
  /** The latest run with the same cooldown key that started since an instant. */
  readonly lastRunOf: (cooldownKey: string, since: string) => Promise<{ runId: string; startedAt: string } | null>;
  /** Runs that alerts have started since an instant. */
  readonly startedByAlerts: (since: string) => Promise<number>;
};

/** A kill switch: nothing of its scope starts while it is engaged. `*` is everything, else a playbook's name. */
export type KillSwitch = {
  readonly scope: string;
  readonly by: Actor;
  readonly reason: string;
  readonly at: string;
};

/** Kill switches and circuit breakers, shared by all processes. */
export type BrakeStore = {
  readonly switches: () => Promise<readonly KillSwitch[]>;
  readonly engage: (killSwitch: KillSwitch) => Promise<void>;
  /** False if it was not engaged. */
  readonly release: (scope: string) => Promise<boolean>;
  /** Targets that are left alone, and until when. */
  readonly openBreakers: () => Promise<ReadonlyMap<string, string>>;
  /** Counts a failure; answers until when the target is left alone, if it is. */
  readonly targetFailed: (target: string) => Promise<string | null>;
  readonly targetSucceeded: (target: string) => Promise<void>;
};

/** What intake needs to place an alert. */
export type Correlation = {
  /** The incident an alert belongs to: where it is active, or the open one of its group, or one it left a short while ago. */
  readonly incidentFor: (alert: Alert, reopenSince: string) => Promise<LoadedIncident | null>;
  readonly nextIncidentNumber: () => Promise<number>;
};

/** A delivery that proved itself and was understood. */
export type NewDelivery = Pick<Delivery, 'source' | 'integration' | 'headers' | 'body' | 'alerts'> & {
  /** The sender's own id of the delivery, or a digest of the body: that one counts for a short window only. */
  readonly dedupe: { readonly kind: 'sender' | 'hash'; readonly value: string };
};

/** A delivery in the hands of one process. */
export type ClaimedDelivery = Pick<Delivery, 'receipt' | 'alerts' | 'source' | 'integration'>;

/** The durable record of deliveries. Rejects when it cannot be written: then the sender must not be told 2xx. */
export type DeliveryLedger = {
  readonly accept: (delivery: NewDelivery) => Promise<{ receipt: string; status: 'accepted' | 'duplicate' }>;
  /** Keeps a delivery that cannot be used, with the reason. */
  readonly keepDead: (
    delivery: Pick<Delivery, 'source' | 'integration' | 'headers' | 'body'> & { error: string },
  ) => Promise<{ receipt: string }>;
  /**
   * Takes the oldest open deliveries, in the order they were accepted, for `forMs`. While one process holds deliveries of an
   * integration no other is given any: a resolve must not overtake its alert.
   */
  readonly claim: (limit: number, forMs: number) => Promise<readonly ClaimedDelivery[]>;
  /** True while a delivery is not dealt with. */
  readonly isOpen: (receipt: string) => Promise<boolean>;
  /** Closes a delivery that changes nothing. */
  readonly settle: (receipt: string) => Promise<void>;
  /** True if a delivery could be claimed now. */
  readonly waiting: () => Promise<boolean>;
  /** Notes a failed try and leaves the delivery alone for a while; after `maxTries` it is set aside as dead, so that it stops nothing else. */
  readonly failed: (receipt: string, error: string, maxTries: number) => Promise<void>;
  /** Gives back what processes that are known to be gone have claimed. */
  readonly releaseClaims: () => Promise<void>;
  readonly list: ReadModels['deliveries'];
};
