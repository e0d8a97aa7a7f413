// What the Slack edge is made of, and what the rest of the program sees of it. Types only.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { People, Roles } from '../core/authority/membership.ts';
import type { EscalationMatrix } from '../core/escalation/matrix.ts';
import type { Redactor } from '../core/redact.ts';
import type { ToldDigests } from '../ports/digests.ts';
import type { Directory } from '../ports/directory.ts';
import type { FetchChatFile } from '../ports/evidence.ts';
import type { PlaybookCatalog, PlaybookVersions } from '../ports/ledger.ts';
import type { SlackMeter } from '../ports/metrics.ts';
import type { OnCall } from '../ports/on-call.ts';
import type { Operations } from '../ports/operations.ts';
import type { ReportPart } from '../ports/parts.ts';
import type { ReadModels, ReadsFor } from '../ports/reads.ts';
import type { Log, Runtime } from '../ports/runtime.ts';
import type { SlackMessages } from '../ports/slack-memory.ts';
import type { SlackRates } from '../ports/slack-rates.ts';
import type { LookAtSlo } from '../ports/slo.ts';
import type { StuckAmong, StuckRun } from '../ports/stuck.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { UsedProofs } from '../ports/used-proofs.ts';
import type { Chat } from '../spi/action.ts';
import type { Authorised } from './inbound/authorised.ts';
import type { AnnouncedLine } from './outbound/announce-lines.ts';
import type { Tellings } from './outbound/tellings.ts';
import type { SlackSettings } from './settings.ts';

/** What the Slack edge needs. */
export type SlackOptions = {
  readonly botToken: string;
  readonly signingSecret: string | null;
  /** Selects Socket Mode. */
  readonly appToken: string | null;
  readonly apiUrl: string | null;
  readonly settings: SlackSettings;
  /** Where digests are told, by name or id; absent or null: nowhere. */
  readonly digestChannel?: string | null;
  readonly roles: Roles;
  /** Who answers for an incident of a severity at a stage. */
  readonly escalation: EscalationMatrix;
  readonly people: People;
  readonly onCall: OnCall;
  readonly lookAtSlo: LookAtSlo;
  readonly operations: Operations;
  /** Answers whether somebody has a right, for questions that change nothing. */
  readonly authorised: Authorised;
  /** All there is, for what Firebreak tells by itself. */
  readonly reads: ReadModels;
  /** What somebody who acts or looks may know of. */
  readonly readsFor: ReadsFor;
  readonly messages: SlackMessages;
  readonly rates: SlackRates;
  readonly meter: SlackMeter;
  /** What may come once. */
  readonly used: UsedProofs;
  readonly catalog: PlaybookCatalog;
  /** The playbooks that runs are pinned to. */
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
  readonly stuckAmong: StuckAmong;
  readonly runtime: Pick<Runtime, 'nowMs' | 'monotonicMs' | 'random' | 'newId'>;
  readonly tracing: Tracing;
  readonly report: ReportPart;
  /** Takes secrets out of what is about to be shown. */
  readonly redact: Redactor;
  readonly log: Log;
  readonly publicUrl: string;
  /** Where the trace of a run is looked at; null: nowhere. */
  readonly traceUrl: (runId: string) => string | null;
  /** A message stands in Slack and nothing is recorded yet. */
  readonly posted: () => void;
};

/** The Slack edge as the rest of the program sees it. */
export type SlackEdge = {
  /** Takes Slack's HTTP requests; null in Socket Mode. */
  readonly handleHttp: ((request: IncomingMessage, response: ServerResponse, raw: Buffer) => void) | null;
  /** Begins to tell Slack about an incident; nothing while Slack is away: the reconciler asks again. */
  readonly beginTelling: Tellings['begin'];
  /** Has the incidents told whose runs are stuck, and where nobody has been called for that yet. */
  readonly callForStuck: (stuck: readonly StuckRun[]) => Promise<void>;
  /** To be called often: what belongs to no single incident follows what is so: kill switches, storms, what people are owed. */
  readonly follow: () => Promise<void>;
  /** Tells the announce channel a line, once for its key; false where there is none. Rejects when Slack cannot be told. */
  readonly announce: (line: AnnouncedLine) => Promise<boolean>;
  /** Digests in their channel. */
  readonly digests: ToldDigests;
  readonly chat: Chat;
  /** Fetches a file that hangs on a message. */
  readonly fetchFile: FetchChatFile;
  readonly directory: Directory;
  /** Our workspace, as the bot's token says; null: Slack does not tell right now. */
  readonly teamId: () => Promise<string | null>;
  /** Begins to connect, in the background: Slack may be away for as long as it likes. Resolves after the first try or a moment. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};
