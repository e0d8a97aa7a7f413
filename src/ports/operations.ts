// Everything that can be asked for, whatever surface it comes from. Each answers a refusal as a value, and is durable when it answers.

import type { Actor } from '../core/actor.ts';
import type { Alert } from '../core/alert/alert.ts';
import type { ExplainedStage } from '../core/alert/explained.ts';
import type { HeldCount } from '../core/alert/forgotten.ts';
import type { Occurrence } from '../core/alert/occurrence.ts';
import type { Silence } from '../core/alert/silence.ts';
import type { MaintenanceWindow } from '../core/alert/window.ts';
import type { Caller } from '../core/authority/principal.ts';
import type { Right } from '../core/authority/right.ts';
import type { WebSession } from '../core/authority/web-session.ts';
import type { KeepMessage, RecordCommand } from '../core/incident/command.ts';
import type { IncidentState } from '../core/incident/state.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Result } from '../core/result.ts';
import type { RuledDryRun } from '../core/run/explain-rules.ts';
import type { Approval, RunState } from '../core/run/state.ts';
import type { Assertion } from '../core/step-up/assertion.ts';
import type { ArchiveStream } from '../core/system/decide.ts';
import type { KillSwitch } from '../core/system/state.ts';
import type { ChangeControlOperations } from './change-control.ts';
import type { EventPlace } from './evidence.ts';
import type { FollowUpOperations } from './follow-up.ts';
import type { PasskeyOperations } from './passkeys.ts';
import type { ScheduleOperations } from './schedules.ts';
import type { ListedToken } from './tokens.ts';
import type { TrustOperations } from './trust.ts';

/** What people may order a run to do; `done` says that a step of unknown outcome did take effect. */
export type RunOrder = 'retry' | 'compensate' | 'cancel' | 'pause' | 'resume' | 'done';

type Answer<T> = Promise<Result<T, Refusal>>;
type OnIncident<T = unknown> = (asked: Caller & { incidentId: string } & T) => Answer<IncidentState>;

/** What can be asked for about runs. */
export type RunOperations = {
  /** `ids`: of the run, and of its incident if one is opened; starting the same ids again answers the run that is there. */
  readonly startRun: (
    asked: Caller & {
      playbook: string;
      inputs: JsonObject;
      incidentId: string | null;
      reason?: string;
      /** Why no freeze holds it; takes the right `bypass` too. */
      exception?: string;
      ids?: { run: string; incident: string };
    },
  ) => Answer<{ run: RunState; incident: IncidentState }>;
  /** Starts a playbook as a drill: with the inputs it has for one, in an incident of its own. `ids`: as above. */
  readonly startDrill: (
    asked: Caller & { playbook: string; reason?: string; ids?: { run: string; incident: string } },
  ) => Answer<{ run: RunState; incident: IncidentState }>;
  /** What such a run would do; nothing is done or recorded. */
  readonly dryRun: (
    asked: Pick<Caller, 'principal'> & { playbook: string; inputs: JsonObject; incidentId: string | null },
  ) => Answer<RuledDryRun>;
  /** `planDigest`: of the plan that the person was shown; an approval must name it. */
  readonly decideApproval: (
    asked: Caller & { approvalId: string; reason?: string } & (
        | { decision: 'approve'; planDigest: string; assertion?: Assertion | undefined }
        | { decision: 'deny'; planDigest?: string }
      ),
  ) => Answer<{ run: RunState; approval: Approval }>;
  /** Lets the step of a request go on against its rule. Everybody bypassed is told, and the incident gets a review as an action item. */
  readonly breakGlass: (
    asked: Caller & { approvalId: string; planDigest: string; reason: string; assertion?: Assertion | undefined },
  ) => Answer<{ run: RunState; approval: Approval }>;
  /**
   * Sees to a request without deciding it. `reassign`: to one of the names of its rule, or a person who belongs to one; `remind`: not
   * again within five minutes. Answers the request that is open then: `refresh` withdraws one whose plan has changed, and asks anew.
   */
  readonly attendApproval: (
    asked: Caller & { approvalId: string } & (
        | { order: 'question'; question: string }
        | { order: 'reassign'; to: string; reason?: string | undefined; until?: string | undefined }
        | { order: 'remind' | 'refresh' }
      ),
  ) => Answer<{ run: RunState; approval: Approval }>;
  readonly orderRun: (
    asked: Caller & { runId: string; order: RunOrder; step?: string; reason?: string },
  ) => Answer<RunState>;
  /** Gives a run something that a step of it may wait for. */
  readonly signalRun: (asked: Caller & { runId: string; name: string; data: Json }) => Answer<RunState>;
};

/** What can be asked for about incidents. */
export type IncidentOperations = {
  /** `id`: of the incident; declaring the same id again answers the incident that is there. */
  readonly declare: (
    asked: Caller & {
      title: string;
      severity: number;
      service?: string | undefined;
      /** It is private: whoever declares it may know of it, and these. */
      privateTo?: readonly string[] | undefined;
      id?: string;
    },
  ) => Answer<IncidentState>;
  /** Lets people, roles or tokens know of a private incident. */
  readonly addMembers: OnIncident<{ members: readonly string[] }>;
  readonly removeMembers: OnIncident<{ members: readonly string[] }>;
  readonly acknowledge: OnIncident<{ reason?: string }>;
  readonly note: OnIncident<{ text: string }>;
  readonly setSeverity: OnIncident<{ severity: number; reason?: string }>;
  /** Whoever had the role hands it over. `expected`: refused if somebody else has it by now; null: if anybody has. */
  readonly assignRole: OnIncident<{ role: string; user: string; expected?: string | null | undefined }>;
  /** Puts a message of a channel into the timeline, once. */
  readonly keepMessage: OnIncident<{ message: Omit<KeepMessage, 'type'> }>;
  /** Tells people outside how it stands. */
  readonly giveUpdate: OnIncident<{ text: string }>;
  /** Asks for the next update only that much later, in milliseconds; a day at most. */
  readonly snoozeUpdates: OnIncident<{ forMs: number }>;
  readonly mitigate: OnIncident<{ reason?: string | undefined }>;
  /** Ends this incident in another one, which goes on; both timelines say so. Answers the one that goes on. */
  readonly merge: OnIncident<{ into: string }>;
  /**
   * Takes alerts out of this incident, which are another problem. Answers the incident that goes on with them; `id`: of that one, and asking
   * for the same once more answers it.
   */
  readonly split: OnIncident<{ fingerprints: readonly string[]; title?: string | undefined; id?: string | undefined }>;
  readonly resolveIncident: OnIncident<{ reason: string }>;
  readonly reopenIncident: OnIncident<{ reason: string }>;
  readonly closeIncident: OnIncident<{ reason: string }>;
  /** Records that somebody took the timeline out as a file; `digest` is that of the file. */
  readonly recordExport: OnIncident<{ format: string; digest: string }>;
  /** Records what an edge did: channel linked, responders invited, a message posted. */
  readonly record: OnIncident<{ command: RecordCommand }>;
};

/** What can be asked for about everything at once. */
export type SystemOperations = {
  /** The kill switches that are engaged. */
  readonly killSwitches: () => readonly KillSwitch[];
  /** From now on nothing of the scope starts: `*` is everything, else a playbook's name. What is under way goes on. */
  readonly halt: (asked: Caller & { scope: string; reason: string }) => Answer<KillSwitch>;
  readonly release: (asked: Caller & { scope: string; reason?: string }) => Answer<{ scope: string }>;
};

/** What can be asked for about service tokens; all of it needs the right `administer`. */
export type TokenOperations = {
  /**
   * Makes a token. `token` is shown this once and kept nowhere: whoever answers a request with it keeps no copy of the answer.
   * `expiresAt`: an ISO instant in the future; `owner`: a key under `people:`.
   */
  readonly createToken: (
    asked: Caller & { name: string; rights: readonly Right[]; expiresAt: string; owner?: string },
  ) => Answer<{ token: string; created: ListedToken }>;
  readonly revokeToken: (asked: Caller & { name: string; reason?: string }) => Answer<ListedToken>;
  /** The latest token of each name, by name, dead ones included. */
  readonly tokens: (asked: Pick<Caller, 'principal'>) => Answer<readonly ListedToken[]>;
};

/** What can be asked for about the sessions of people who signed in; all of it needs the right `administer`. */
export type SessionOperations = {
  /** Those that have not run out, the newest first, revoked ones included. */
  readonly sessions: (asked: Pick<Caller, 'principal'>) => Answer<readonly WebSession[]>;
  /** From its next request on it proves nothing. One that was revoked before stays as it was. */
  readonly revokeSession: (asked: Caller & { id: string; reason?: string }) => Answer<WebSession>;
};

/** A database that has lost a checkpoint, by numbers. `kept`: the newest that it has. */
type Restore = { readonly lost: number; readonly kept: number | null };

/** What can be asked for about the record itself. */
export type RecordOperations = {
  /** Accepts a database that went back in time; what happened after it is gone. Needs the right `administer`. */
  readonly acceptRestore: (asked: Caller & { reason: string }) => Answer<Restore>;
  /** Lets a stream leave whose archive was verified; only where the store was opened for it. Needs the right `administer`. */
  readonly archiveStream: (asked: Caller & Omit<ArchiveStream, 'type' | 'isPrivate'>) => Answer<{ streamId: string }>;
};

/** What is to be taken out: from an event, at a path or a text wherever it stands in it; or the content of a piece of evidence. */
export type WhereToRedact =
  | {
      readonly type: 'event';
      readonly streamId: string;
      readonly seq: number;
      /** A JSON pointer into its data. */
      readonly path?: string | undefined;
      readonly text?: string | undefined;
    }
  | { readonly type: 'evidence'; readonly digest: string };

/** What was taken out. `paths`: of an event; `notReachable`: where it may stand all the same, for people. */
type Redacted = {
  readonly paths: readonly string[];
  /** Other events that still hold one of the texts, a few of them. */
  readonly alsoIn: readonly EventPlace[];
  readonly notReachable: readonly string[];
};

/** What can be asked for when something leaked into the record. */
export type RedactionOperations = {
  /** Takes it out and leaves a tombstone that verifies. Needs the right `administer`, and the database as its owner. */
  readonly redact: (asked: Caller & { where: WhereToRedact; reason: string }) => Answer<Redacted>;
};

/** What can be asked for about deliveries. */
export type DeliveryOperations = {
  /** Reads a dead delivery once more, with today's configuration, and lets it wait again. Answers how many alerts it holds. */
  readonly replayDelivery: (
    asked: Caller & { receipt: string; reason?: string | undefined },
  ) => Answer<{ receipt: string; alerts: number }>;
};

/** An alert explained: rules, silences and windows are those of `at`; incidents, groups and what fires are those of `knownAt`, which is now; null: of none. */
type ExplainedAlert = {
  readonly at: string;
  readonly knownAt: string | null;
  readonly alert: Alert;
  readonly stages: readonly ExplainedStage[];
};

/** What can be asked for about alerts. */
export type AlertOperations = {
  /**
   * What becomes of an alert at an instant, now if none is named, stage by stage: one that is given, or the last one with a fingerprint.
   * Changes nothing. Needs the right `view`.
   */
  readonly explainAlert: (
    asked: Pick<Caller, 'principal'> & {
      alert?: Alert | undefined;
      fingerprint?: string | undefined;
      at?: string | undefined;
    },
  ) => Answer<ExplainedAlert>;
};

/** A silence as it is listed, of people or of the file. */
export type ListedSilence = Silence & {
  readonly state: 'pending' | 'active';
  /** null: it stands in the file. */
  readonly made: { readonly by: Actor; readonly at: string } | null;
  /** null: it has held nothing. */
  readonly held: HeldCount | null;
  /** Why it looks forgotten; null: it does not. */
  readonly forgotten: string | null;
};

/** A maintenance window as it is listed, of people or of the file. */
export type ListedWindow = {
  readonly window: MaintenanceWindow;
  readonly from: 'file' | 'person';
  readonly made: { readonly by: Actor; readonly at: string } | null;
  /** The time in which it holds now; null: it does not. */
  readonly now: Occurrence | null;
  readonly next: Occurrence | null;
};

/** What a silence would mute. */
type SilencePreview = {
  /** Alerts that fire now, held or told, and match; no more than a thousand. */
  readonly firing: readonly Pick<Alert, 'fingerprint' | 'title' | 'severity' | 'source' | 'labels'>[];
  /** Deliveries of the last 24 hours of which an alert matches, and how many were looked at. */
  readonly deliveries: { readonly matched: number; readonly looked: number };
};

/** What can be asked for about silences and maintenance windows. Those of the file are listed, and changed there only. */
export type MuteOperations = {
  /** Those that are not over. Needs the right `view`. */
  readonly silences: (asked: Pick<Caller, 'principal'>) => Answer<readonly ListedSilence[]>;
  /** `sets`: as `silences:` has them; what would mute every alert is refused. `owner` absent: whoever asks. Needs the right `operate`. */
  readonly createSilence: (
    asked: Caller & {
      sets: Json;
      startsAt?: string | undefined;
      endsAt: string;
      owner?: string | undefined;
      reason: string;
      id?: string | undefined;
    },
  ) => Answer<ListedSilence>;
  /** Ends one before its time. Needs the right `operate`. */
  readonly expireSilence: (asked: Caller & { id: string; reason?: string | undefined }) => Answer<{ id: string }>;
  /** Changes nothing. Needs the right `view`. */
  readonly previewSilence: (asked: Pick<Caller, 'principal'> & { sets: Json }) => Answer<SilencePreview>;
  readonly windows: (asked: Pick<Caller, 'principal'>) => Answer<readonly ListedWindow[]>;
  /** `window`: as `windows:` has it, with an end; `owner` absent: whoever asks. Needs the right `operate`. */
  readonly createWindow: (asked: Caller & { window: JsonObject }) => Answer<ListedWindow>;
  readonly removeWindow: (asked: Caller & { name: string; reason?: string | undefined }) => Answer<{ name: string }>;
};

/** Everything that can be asked for: the one path behind Slack, API, CLI, alerts and timers. */
export type Operations = RunOperations &
  IncidentOperations &
  FollowUpOperations &
  SystemOperations &
  TokenOperations &
  SessionOperations &
  PasskeyOperations &
  RecordOperations &
  RedactionOperations &
  DeliveryOperations &
  AlertOperations &
  MuteOperations &
  ScheduleOperations &
  TrustOperations &
  ChangeControlOperations;
