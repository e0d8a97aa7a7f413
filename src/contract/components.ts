// The schemas of the API that have a name of their own in its description.
import { ApiActionItem } from './action-item.ts';
import { ApiActor } from './actor.ts';
import { ApiAlertGroup, ApiExplainedAlert, ApiExplainedStage, ApiPreview } from './alert.ts';
import { ApiApproval, ApiApprovalNote, ApiListedApproval, ApiPlan } from './approval.ts';
import { ApiIncident, ApiIncidentAlert } from './incident.ts';
import { ApiMe } from './me.ts';
import { ApiSilence, ApiWindow } from './mute.ts';
import { ApiOnCall } from './on-call.ts';
import { ApiChange, ApiDelivery, ApiKillSwitch } from './operation.ts';
import { ApiPart } from './parts.ts';
import { ApiActionCall, ApiApprovalRule, ApiPlaybook, ApiPlaybookRef, ApiPlaybookStep } from './playbook.ts';
import { ApiPostmortem } from './postmortem.ts';
import { Problem } from './problem.ts';
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

/** By name. */
export const components = {
  ActionCall: ApiActionCall,
  ActionItem: ApiActionItem,
  Actor: ApiActor,
  AlertGroup: ApiAlertGroup,
  Approval: ApiApproval,
  ApprovalNote: ApiApprovalNote,
  ApprovalRule: ApiApprovalRule,
  ArtifactRef: ApiArtifactRef,
  Change: ApiChange,
  CreatedToken: ApiCreatedToken,
  DecidedApproval: ApiDecidedApproval,
  Delivery: ApiDelivery,
  DryRun: ApiDryRun,
  ExplainedAlert: ApiExplainedAlert,
  ExplainedStage: ApiExplainedStage,
  Incident: ApiIncident,
  IncidentAlert: ApiIncidentAlert,
  KillSwitch: ApiKillSwitch,
  ListedApproval: ApiListedApproval,
  Me: ApiMe,
  Node: ApiNode,
  OnCall: ApiOnCall,
  Part: ApiPart,
  Plan: ApiPlan,
  Playbook: ApiPlaybook,
  PlaybookRef: ApiPlaybookRef,
  PlaybookStep: ApiPlaybookStep,
  Postmortem: ApiPostmortem,
  Preview: ApiPreview,
  Problem,
  RetriedRun: ApiRetriedRun,
  Run: ApiRun,
  RunAlert: ApiRunAlert,
  RunStep: ApiRunStep,
  RunTrigger: ApiRunTrigger,
  Session: ApiSession,
  Silence: ApiSilence,
  StartedRun: ApiStartedRun,
  StepError: ApiStepError,
  TimelineEvent: ApiTimelineEvent,
  TimelinePage: ApiTimelinePage,
  Token: ApiToken,
  Waiting: ApiWaiting,
  Window: ApiWindow,
};
