// The schemas of the API that have a name of their own in its description.
import { Actor } from './actor.ts';
import { Approval, ListedApproval, Plan } from './approval.ts';
import { Incident, IncidentAlert } from './incident.ts';
import { Change, Delivery, KillSwitch } from './operation.ts';
import { ActionCall, ApprovalRule, Playbook, PlaybookRef, PlaybookStep } from './playbook.ts';
import { Problem } from './problem.ts';
import { DecidedApproval, DryRun, RetriedRun, Run, RunAlert, RunTrigger, StartedRun, Waiting } from './run.ts';
import { ArtifactRef, Node, RunStep, StepError } from './step.ts';
import { TimelineEvent, TimelinePage } from './timeline.ts';

/** By name. */
export const components = {
  ActionCall,
  Actor,
  Approval,
  ApprovalRule,
  ArtifactRef,
  Change,
  DecidedApproval,
  Delivery,
  DryRun,
  Incident,
  IncidentAlert,
  KillSwitch,
  ListedApproval,
  Node,
  Plan,
  Playbook,
  PlaybookRef,
  PlaybookStep,
  Problem,
  RetriedRun,
  Run,
  RunAlert,
  RunStep,
  RunTrigger,
  StartedRun,
  StepError,
  TimelineEvent,
  TimelinePage,
  Waiting,
};
