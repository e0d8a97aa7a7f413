// The schemas of the API that have a name of their own in its description.
import { ApiActionItem } from './action-item.ts';
import { ApiActor } from './actor.ts';
import { ApiAlertGroup, ApiExplainedAlert, ApiExplainedStage, ApiPreview } from './alert.ts';
import { ApiApproval, ApiApprovalNote, ApiListedApproval, ApiPlan } from './approval.ts';
import {
  ApiCanaryPart,
  ApiCanaryTrial,
  ApiPlaybookChange,
  ApiPlaybookDiff,
  ApiPlaybookLife,
  ApiPlaybookStages,
  ApiShadow,
  ApiStage,
} from './change-control.ts';
import { ApiEvidence } from './evidence.ts';
import {
  ApiFrame,
  ApiFrameAlert,
  ApiFrameApproval,
  ApiFrameMark,
  ApiFramePerson,
  ApiFrameRun,
  ApiFrameSpan,
  ApiFrameStep,
} from './frame.ts';
import { ApiIncident, ApiIncidentAlert } from './incident.ts';
import {
  ApiApprovalAttention,
  ApiEstimate,
  ApiInsights,
  ApiRecurrence,
  ApiSimilarIncident,
  ApiTimesRow,
  ApiToil,
} from './insights.ts';
import { ApiLedgerEntry, ApiLedgerPage } from './ledger.ts';
import { ApiMe } from './me.ts';
import { ApiSilence, ApiWindow } from './mute.ts';
import { ApiNamedPerson, ApiOnCall } from './on-call.ts';
import { ApiChange, ApiDelivery, ApiKillSwitch } from './operation.ts';
import { ApiPart } from './parts.ts';
import { ApiNewPasskeyChallenge, ApiPasskey, ApiPasskeyChallenge } from './passkey.ts';
import { ApiActionCall, ApiApprovalRule, ApiPlaybook, ApiPlaybookRef, ApiPlaybookStep } from './playbook.ts';
import { ApiPostmortem } from './postmortem.ts';
import { Problem } from './problem.ts';
import { ApiRecordState } from './record.ts';
import { ApiRedactions } from './redaction.ts';
import { ApiPlaybookSource, ApiPlaybookVersion, ApiRegisterEntry, ApiRunMark } from './register.ts';
import { ApiExplainedPolicies, ApiPolicyDiff } from './rules.ts';
import {
  ApiDecidedApproval,
  ApiDryRun,
  ApiRetriedRun,
  ApiRun,
  ApiRunAlert,
  ApiRunTrigger,
  ApiStartedRun,
  ApiWaiting,
} from './run.ts';
import { ApiSession } from './session.ts';
import { ApiArtifactRef, ApiNode, ApiRunStep, ApiStepError } from './step.ts';
import { ApiTimelineEvent, ApiTimelinePage } from './timeline.ts';
import { ApiCreatedToken, ApiToken } from './token.ts';
import { ApiTrust } from './trust.ts';

/** By name. */
export const components = {
  ActionCall: ApiActionCall,
  Trust: ApiTrust,
  ActionItem: ApiActionItem,
  Actor: ApiActor,
  AlertGroup: ApiAlertGroup,
  Approval: ApiApproval,
  ApprovalAttention: ApiApprovalAttention,
  ApprovalNote: ApiApprovalNote,
  ApprovalRule: ApiApprovalRule,
  Passkey: ApiPasskey,
  PasskeyChallenge: ApiPasskeyChallenge,
  NewPasskeyChallenge: ApiNewPasskeyChallenge,
  ArtifactRef: ApiArtifactRef,
  Change: ApiChange,
  CreatedToken: ApiCreatedToken,
  DecidedApproval: ApiDecidedApproval,
  Delivery: ApiDelivery,
  DryRun: ApiDryRun,
  Estimate: ApiEstimate,
  Evidence: ApiEvidence,
  ExplainedAlert: ApiExplainedAlert,
  ExplainedStage: ApiExplainedStage,
  ExplainedPolicies: ApiExplainedPolicies,
  PolicyDiff: ApiPolicyDiff,
  Frame: ApiFrame,
  FrameAlert: ApiFrameAlert,
  FrameApproval: ApiFrameApproval,
  FrameMark: ApiFrameMark,
  FramePerson: ApiFramePerson,
  FrameRun: ApiFrameRun,
  FrameSpan: ApiFrameSpan,
  FrameStep: ApiFrameStep,
  Incident: ApiIncident,
  IncidentAlert: ApiIncidentAlert,
  Insights: ApiInsights,
  KillSwitch: ApiKillSwitch,
  LedgerEntry: ApiLedgerEntry,
  LedgerPage: ApiLedgerPage,
  ListedApproval: ApiListedApproval,
  Me: ApiMe,
  Node: ApiNode,
  NamedPerson: ApiNamedPerson,
  OnCall: ApiOnCall,
  Part: ApiPart,
  Plan: ApiPlan,
  CanaryPart: ApiCanaryPart,
  Playbook: ApiPlaybook,
  PlaybookChange: ApiPlaybookChange,
  PlaybookDiff: ApiPlaybookDiff,
  CanaryTrial: ApiCanaryTrial,
  PlaybookLife: ApiPlaybookLife,
  PlaybookRef: ApiPlaybookRef,
  PlaybookSource: ApiPlaybookSource,
  PlaybookStages: ApiPlaybookStages,
  PlaybookStep: ApiPlaybookStep,
  Postmortem: ApiPostmortem,
  PlaybookVersion: ApiPlaybookVersion,
  Shadow: ApiShadow,
  Stage: ApiStage,
  Preview: ApiPreview,
  Problem,
  RecordState: ApiRecordState,
  Recurrence: ApiRecurrence,
  Redactions: ApiRedactions,
  RegisterEntry: ApiRegisterEntry,
  RetriedRun: ApiRetriedRun,
  Run: ApiRun,
  RunAlert: ApiRunAlert,
  RunMark: ApiRunMark,
  RunStep: ApiRunStep,
  RunTrigger: ApiRunTrigger,
  Session: ApiSession,
  Silence: ApiSilence,
  SimilarIncident: ApiSimilarIncident,
  StartedRun: ApiStartedRun,
  StepError: ApiStepError,
  TimelineEvent: ApiTimelineEvent,
  TimelinePage: ApiTimelinePage,
  TimesRow: ApiTimesRow,
  Toil: ApiToil,
  Token: ApiToken,
  Waiting: ApiWaiting,
  Window: ApiWindow,
};
