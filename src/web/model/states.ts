// Every state that is shown, with its one word, colour and icon. Nothing else in the application names a colour for a state.
import type { ApiActionItem } from '../../contract/action-item.ts';
import type { ApiApproval } from '../../contract/approval.ts';
import type { ApiIncident, ApiIncidentAlert } from '../../contract/incident.ts';
import type { ApiDeliveryStatus } from '../../contract/operation.ts';
import type { ApiPostmortem } from '../../contract/postmortem.ts';
import type { ApiRun } from '../../contract/run.ts';
import type { ApiRunStep } from '../../contract/step.ts';

/** A colour with a meaning. */
export type StateTone = 'red' | 'amber' | 'blue' | 'green' | 'violet' | 'grey';
/** An icon with a meaning. */
export type Glyph = 'burning' | 'failed' | 'waits' | 'working' | 'done' | 'undone' | 'none';
/** A state as it is shown. */
export type ShownState = { readonly word: string; readonly tone: StateTone; readonly glyph: Glyph };

const state = (word: string, tone: StateTone, glyph: Glyph): ShownState => ({ word, tone, glyph });

/** All of them. */
export const states = {
  firing: state('Firing', 'red', 'burning'),
  failed: state('Failed', 'red', 'failed'),
  failedAsPlanned: state('Failed, continued as planned', 'grey', 'failed'),
  undoFailed: state('Undo failed', 'red', 'failed'),
  dead: state('Not understood', 'red', 'failed'),
  waitsForApproval: state('Waiting for approval', 'amber', 'waits'),
  waitsForDecision: state('Decision needed', 'amber', 'waits'),
  paused: state('Paused', 'amber', 'waits'),
  halted: state('Halted', 'amber', 'waits'),
  running: state('Running', 'blue', 'working'),
  verifying: state('Verifying', 'blue', 'working'),
  undoing: state('Undoing', 'blue', 'working'),
  cancelling: state('Cancelling', 'blue', 'working'),
  settling: state('Settling', 'blue', 'working'),
  acknowledged: state('Acknowledged', 'blue', 'working'),
  done: state('Done', 'green', 'done'),
  recovered: state('Recovered', 'green', 'done'),
  resolved: state('Resolved', 'green', 'done'),
  mitigated: state('Mitigated', 'green', 'done'),
  approved: state('Approved', 'green', 'done'),
  undone: state('Undone', 'violet', 'undone'),
  next: state('Next', 'grey', 'none'),
  queued: state('Queued', 'grey', 'none'),
  waits: state('Waiting', 'grey', 'none'),
  skipped: state('Skipped', 'grey', 'none'),
  cancelled: state('Cancelled', 'grey', 'none'),
  silenced: state('Silenced', 'grey', 'none'),
  closed: state('Closed', 'grey', 'done'),
  merged: state('Merged', 'grey', 'none'),
  denied: state('Denied', 'grey', 'none'),
  expired: state('Expired', 'grey', 'none'),
  replaced: state('Replaced by a newer plan', 'grey', 'none'),
  revoked: state('Revoked', 'grey', 'none'),
  scheduled: state('Scheduled', 'grey', 'none'),
  active: state('Active', 'green', 'done'),
  draft: state('Draft', 'grey', 'none'),
  inShadow: state('In shadow', 'grey', 'working'),
  canary: state('Canary', 'blue', 'working'),
  live: state('Live', 'green', 'done'),
  retired: state('Retired', 'grey', 'done'),
  inReview: state('In review', 'amber', 'waits'),
  reviewed: state('Reviewed', 'green', 'done'),
  toDo: state('To do', 'grey', 'none'),
  overdue: state('Overdue', 'amber', 'waits'),
  dropped: state('Dropped', 'grey', 'none'),
  stuck: state('Stuck', 'amber', 'waits'),
  frozen: state('Frozen', 'amber', 'waits'),
  over: state('Over', 'grey', 'none'),
  trusted: state('Trusted', 'green', 'done'),
  asksFirst: state('Asks first', 'grey', 'none'),
  trustLost: state('Trust lost', 'amber', 'waits'),
  may: state('May', 'green', 'done'),
  mayNot: state('May not', 'grey', 'failed'),
  sloMet: state('Kept', 'green', 'done'),
  sloBurning: state('Budget burning', 'amber', 'waits'),
  sloBurned: state('Budget used up', 'red', 'failed'),
  sloUnclear: state('Unclear', 'grey', 'none'),
} as const satisfies { readonly [name: string]: ShownState };

type IncidentFacts = Pick<ApiIncident, 'status' | 'acknowledgedAt' | 'mitigatedAt' | 'mergedInto'>;

/** Of an incident: who is at it counts while it burns. */
export function incidentState({ status, acknowledgedAt, mitigatedAt, mergedInto }: IncidentFacts): ShownState {
  if (mergedInto !== null) return states.merged;
  if (status !== 'open') return status === 'resolved' ? states.resolved : states.closed;
  if (mitigatedAt !== null) return states.mitigated;
  return acknowledgedAt === null ? states.firing : states.acknowledged;
}

/** Of an alert of an incident. */
export const alertState = ({ status }: Pick<ApiIncidentAlert, 'status'>): ShownState =>
  status === 'firing' ? states.firing : states.recovered;

type RunFacts = Pick<ApiRun, 'status' | 'paused' | 'waitingFor'>;

/** Of a run: that it waits for a person is said before that it runs. */
export function runState({ status, paused, waitingFor }: RunFacts): ShownState {
  const waits = (kind: RunFacts['waitingFor'][number]['kind']) => waitingFor.some((one) => one.kind === kind);
  switch (status) {
    case 'succeeded':
      return states.done;
    case 'failed':
      return states.failed;
    case 'cancelled':
      return states.cancelled;
    case 'compensated':
      return states.undone;
    case 'compensation_failed':
      return states.undoFailed;
    default:
      if (waits('decision')) return states.waitsForDecision;
      if (paused) return states.paused;
      if (waits('approval')) return states.waitsForApproval;
      if (waits('halted')) return states.halted;
      if (status === 'queued') return states.queued;
      if (status === 'compensating') return states.undoing;
      if (status === 'cancelling') return states.cancelling;
      return waits('worker') || waits('run') || waitingFor.length === 0 ? states.running : busyOrWaiting(waitingFor);
  }
}

/** Of a run of which only the status is known. */
export const markState = (status: ApiRun['status']): ShownState => runState({ status, paused: false, waitingFor: [] });

const busyOrWaiting = (waitingFor: RunFacts['waitingFor']): ShownState =>
  waitingFor.every(({ kind }) => kind === 'timer' || kind === 'signal') ? states.waits : states.running;

/** Of a step in its run: a failure that the run went on after is grey, and what has not begun by its end is skipped. */
export function stepState(
  { status, part, asPlanned }: Pick<ApiRunStep, 'status' | 'part' | 'asPlanned'>,
  run: Pick<ApiRun, 'status' | 'finishedAt'>,
): ShownState {
  const runFailed = run.finishedAt === null || run.status === 'failed' || run.status === 'compensation_failed';
  const isUndo = part === 'undo';
  switch (status) {
    case 'succeeded':
      return isUndo ? states.undone : states.done;
    case 'failed':
      return isUndo ? states.undoFailed : runFailed && !asPlanned ? states.failed : states.failedAsPlanned;
    case 'awaiting_approval':
      return states.waitsForApproval;
    case 'unknown':
      return states.waitsForDecision;
    case 'running':
    case 'delegated':
      return isUndo ? states.undoing : states.running;
    case 'waiting':
    case 'retry_wait':
      return states.waits;
    case 'skipped':
      return states.skipped;
    default:
      return run.finishedAt === null ? states.next : states.skipped;
  }
}

/** Of a request for a decision. */
export function approvalState(status: ApiApproval['status']): ShownState {
  switch (status) {
    case 'open':
      return states.waitsForApproval;
    case 'granted':
      return states.approved;
    case 'denied':
      return states.denied;
    case 'expired':
      return states.expired;
    default:
      return states.replaced;
  }
}

/** Of a delivery. */
export const deliveryState = (status: ApiDeliveryStatus): ShownState =>
  status === 'dead' ? states.dead : status === 'processed' ? states.done : states.queued;

/** Of a postmortem. */
export const postmortemState = (status: ApiPostmortem['status']): ShownState =>
  status === 'draft' ? states.draft : status === 'in_review' ? states.inReview : states.reviewed;

/** Of an action item. */
export const itemState = ({ status, overdue }: Pick<ApiActionItem, 'status' | 'overdue'>): ShownState =>
  status === 'done' ? states.done : status === 'dropped' ? states.dropped : overdue ? states.overdue : states.toDo;
