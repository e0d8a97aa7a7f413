// What the engine is made with: the adapters it drives, and the options that are no adapter. Types only.
import type { EnrichAlert } from '../core/alert/enrich.ts';
import type { Heartbeat } from '../core/alert/heartbeat.ts';
import type { Access } from '../core/authority/access.ts';
import type { People } from '../core/authority/membership.ts';
import type { IncidentRules } from '../core/incident/rules.ts';
import type { ActionCatalog } from '../core/playbook/action-traits.ts';
import type { Rulebook } from '../core/policy/rulebook.ts';
import type { DocumentOptions } from '../core/postmortem/document.ts';
import type { Redactor } from '../core/redact.ts';
import type { Masker } from '../core/secret/masker.ts';
import type { SloSettings } from '../core/slo/objective.ts';
import type { StepUpContext } from '../core/step-up/needs-step-up.ts';
import type { Signer } from '../core/timeline/signature.ts';
import type { TrustSettings } from '../core/trust/settings.ts';
import type { AdmissionStore } from '../ports/admission.ts';
import type { ApprovalsOutside } from '../ports/approvals.ts';
import type { ChangeControlPorts } from '../ports/change-control.ts';
import type { Directory } from '../ports/directory.ts';
import type { EvidenceIndex, FetchEvidence } from '../ports/evidence.ts';
import type { ActionItemRow } from '../ports/follow-up.ts';
import type { HeartbeatStore } from '../ports/heartbeats.ts';
import type { Correlation, DeliveryLedger, FiringAlerts, Remap } from '../ports/intake.ts';
import type {
  Artifacts,
  EventStore,
  GroupStreams,
  PlaybookCatalog,
  PlaybookHistory,
  PlaybookLives,
  PlaybookVersions,
  RunLookups,
  SystemStream,
} from '../ports/ledger.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Checkpoints, CheckpointWitness, OutsideWitnesses } from '../ports/record.ts';
import type { RetentionPorts } from '../ports/retention.ts';
import type { Rulebooks } from '../ports/rulebooks.ts';
import type { ClockCheck, Log, Runtime, Secrets } from '../ports/runtime.ts';
import type { SessionStore } from '../ports/sessions.ts';
import type { SlackMessages } from '../ports/slack-memory.ts';
import type { SloTallies } from '../ports/slo.ts';
import type { ReadMadePasskey, StepUpMemory } from '../ports/step-up.ts';
import type { TokenStore } from '../ports/tokens.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { TrustReads } from '../ports/trust.ts';
import type { AttentionIndex, Wakeups, WorkerRegistry } from '../ports/work.ts';
import type { Action, Chat } from '../spi/action.ts';
import type { StormPolicy } from './admission.ts';
import type { AlertRules } from './alerts/stages.ts';
import type { ReachFaultPoint } from './fault-points.ts';
import type { Witnessed } from './record/rollback-watch.ts';
import type { SessionTimes } from './system/sessions.ts';

/** The adapters that an engine drives. */
export type EnginePorts = {
  /** Its time is the database's, as well as this process can tell. */
  readonly runtime: Runtime;
  readonly clock: ClockCheck;
  readonly log: Log;
  readonly events: EventStore;
  readonly groups: GroupStreams;
  readonly firing: FiringAlerts;
  readonly heartbeats: HeartbeatStore;
  /** Adds what maps and look-ups know of an alert. Never rejects. */
  readonly enrich: EnrichAlert;
  readonly systemStream: SystemStream;
  readonly tokens: TokenStore;
  /** A new service token: `fbt_` and at least 32 random characters. */
  readonly mintToken: () => string;
  readonly sessions: SessionStore;
  /** Challenges for passkeys and their counts, what reads a new one, and a new nonce: at least 32 random bytes, base64url. */
  readonly stepUp: StepUpMemory & { readonly readMade: ReadMadePasskey; readonly mintNonce: () => string };
  /** What proves a new session: `fbs_` and at least 32 random characters. */
  readonly mintSession: () => string;
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
  readonly lookups: RunLookups;
  /** Rule books by digest; absent: none is kept. */
  readonly rulebooks?: Rulebooks;
  readonly correlation: Correlation;
  readonly deliveries: Omit<DeliveryLedger, 'list' | 'keepDead'>;
  readonly remap: Remap;
  readonly registry: WorkerRegistry;
  /** What rows say of when they want attention; null: nothing can make them say anything else. */
  readonly attention: AttentionIndex | null;
  readonly admission: AdmissionStore;
  readonly artifacts: Artifacts;
  readonly evidence: Pick<EvidenceIndex, 'bytesIn' | 'holding'>;
  readonly fetchEvidence: FetchEvidence;
  readonly wakeups: Wakeups;
  readonly catalog: PlaybookCatalog;
  readonly lives: PlaybookLives;
  readonly changeControl: ChangeControlPorts;
  /** What this process can call. */
  readonly actions: ReadonlyMap<string, Action>;
  /** What is known of all actions, whether this process can call them or not. */
  readonly traits: ActionCatalog;
  readonly secrets: Secrets;
  readonly masker: Masker;
  readonly redact: Redactor;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** What open requests for approval need of the world outside; absent: no check is asked, and no endpoint told. */
  readonly approvals?: ApprovalsOutside;
  /** Who belongs to what; asked anew each time, because Slack's comes and goes. */
  readonly directory: () => Directory;
  readonly chat: () => Chat | null;
  /** Tells the announce channel a line, once for its key; a line of the log where there is none. Rejects when Slack cannot be told. */
  readonly announce: (line: {
    readonly key: string;
    readonly text: string;
    /** How what it is about stands: it waits for people, rests, is over or was undone. */
    readonly state?: 'waits' | 'rests' | 'over' | 'undone';
  }) => Promise<void>;
  /** Action items of all incidents that are not private, for the line that tells what is overdue; absent: nobody is told. */
  readonly actionItems?: () => Promise<readonly ActionItemRow[]>;
  /** Counts for what is promised; absent: nothing is counted, and nothing recorded of it. */
  readonly sloTallies?: SloTallies;
  /** What is read to see whether playbooks may act without asking; absent: nobody looks. */
  readonly trustReads?: { readonly reads: TrustReads; readonly history: Pick<PlaybookHistory, 'list' | 'find'> };
  /** Says that something has changed. */
  readonly nudgeFeed: () => void;
  /** What is kept of Slack messages; null: no Slack, so nobody has to be told there. */
  readonly slackMessages: Pick<SlackMessages, 'behind' | 'announcedUpTo' | 'noteAnnounced'> | null;
  /** What shows that the database went back in time; null: nothing does. */
  readonly witnessed: Witnessed | null;
  /** What seals the record; null: another process does. */
  readonly sealing: {
    readonly checkpoints: Checkpoints;
    readonly witness: CheckpointWitness;
    readonly signer: Signer;
    readonly outside: OutsideWitnesses;
  } | null;
  /** What removes old rows that are no record; null: another process does. */
  readonly retention: RetentionPorts | null;
  readonly reach: ReachFaultPoint;
};

/** What an engine is told besides. */
export type EngineOptions = {
  /** Id of this process as a worker. */
  readonly worker: string;
  readonly pool: string;
  /** False: it accepts and serves, and performs no steps. */
  readonly works: boolean;
  /** Steps under way in this process, at most. */
  readonly maxSteps: number;
  readonly storm: StormPolicy;
  readonly access: Access;
  /** Who is one person: the section `people:`. */
  readonly people: People;
  /** SHA-256 of the token that the environment gives, hex; null: it gives none. */
  readonly bootstrapHash: string | null;
  /** How long sessions of people who signed in count. */
  readonly sessionTimes: SessionTimes;
  readonly rules: IncidentRules;
  /** Who approves high risk with a passkey only, and where passkeys count; absent: nobody has to, and nowhere. */
  readonly stepUp?: Omit<StepUpContext, 'passkey'>;
  /** How postmortems are written; absent: as where nothing is configured. */
  readonly documents?: DocumentOptions;
  /** When people hear which action items are overdue: an hour of the day in the documents' time zone; absent or null: never. */
  readonly remindAt?: number | null;
  /** What is to become of alerts. */
  readonly alertRules: AlertRules;
  /** What must be heard again and again. */
  readonly heartbeats: readonly Heartbeat[];
  /** What is promised of the automation; absent: as where nothing is configured. */
  readonly slo?: SloSettings;
  /** Policies, freezes and environments; absent: nothing is ruled. */
  readonly rulebook?: Rulebook;
  /** How playbooks earn and lose the right to act without asking; absent: as usual. */
  readonly trust?: TrustSettings;
  /** Where people look at this Firebreak, for links; absent: there are none. */
  readonly publicUrl?: string;
  /** Environment that playbooks may read. */
  readonly env: { readonly [name: string]: string };
};
