// What follows from where a run stands: what is over, what ends, what comes next. Runs after every command, in the same decision,
// so that no state is ever left half-way. How one node goes on is in advance-node.ts. Pure.
import { calledRungs, nextRung } from '../approval/ladder.ts';
import { approvalId as formatApprovalId } from '../ids.ts';
import { evaluateOutputs, planDigest } from '../playbook/plan.ts';
import { addMs, elapsedMs } from '../time.ts';
import { advanceNode } from './advance-node.ts';
import type { RunDraft } from './draft.ts';
import { concludeDrill, undoDrill } from './drill.ts';
import { ruleToAsk } from './excluded.ts';
import {
  allSettled,
  compensable,
  fatalFailures,
  findStep,
  isLetIn,
  isOver,
  itemKeys,
  nextUndo,
  openNodes,
} from './flow.ts';
import { gatePlan } from './fresh-plan.ts';
import { ruleOfGate } from './govern-start.ts';
import { lapseDelegation } from './lapse-delegation.ts';
import { failBeforeStart, succeed } from './node-ends.ts';
import { overdueAt, waitingFor } from './owed.ts';
import { type Ending, findApproval, gateKey, type NodeStatus, nodeOf } from './state.ts';

/** Brings a draft to rest: afterwards nothing more follows without a new command or a later time. */
export function advance(draft: RunDraft): void {
  expireApprovals(draft);
  endAtDeadline(draft);
  noteOverdue(draft);
  if (draft.state.paused) return;
  goOn(draft);
  concludeDrill(draft);
}

function goOn(draft: RunDraft): void {
  let before: number;
  do {
    before = draft.events.length;
    switch (draft.state.status) {
      case 'running':
        advanceSteps(draft);
        break;
      case 'compensating':
        advanceCompensation(draft);
        break;
      case 'cancelling':
        finishCancel(draft);
        break;
      case 'finishing':
        advanceFinally(draft);
        break;
      case 'succeeded':
        undoDrill(draft);
        break;
      default:
        return;
    }
  } while (draft.events.length !== before);
}

const runOf = (draft: RunDraft) => ({ runId: draft.state.runId });
const durationMs = (draft: RunDraft) => elapsedMs(draft.state.startedAt, draft.at);
const anyNode = (draft: RunDraft, ...wanted: readonly NodeStatus[]) =>
  Object.values(draft.state.nodes).some(({ status }) => wanted.includes(status));
/** Why a run ends that was not cancelled by anybody. */
export const timeIsUp = 'the time limit of the run is over';

function expireApprovals(draft: RunDraft): void {
  for (const approval of Object.values(draft.state.approvals)) {
    if (approval.status !== 'open') continue;
    const { id, step } = approval;
    if (draft.at >= approval.expiresAt) {
      draft.record({ type: 'approval.expired', data: { ...runOf(draft), step, approvalId: id } });
      failBeforeStart(draft, step, 'denied', 'approval_expired', 'nobody decided in time; a timeout never means yes');
    } else {
      lapseDelegation(draft, id);
      climb(draft, id);
    }
  }
}

/** Calls every rung whose time has come. */
function climb(draft: RunDraft, approvalId: string): void {
  for (;;) {
    const approval = findApproval(draft.state, approvalId);
    const next = approval?.status === 'open' ? nextRung(approval) : null;
    if (!approval || next === null || draft.at < next.at) return;
    const { to, notify } = next.rung;
    const which = approval.rule.ladder === undefined ? {} : { rung: calledRungs(approval) + 1 };
    const outside = notify === undefined ? {} : { notify };
    const data = { ...runOf(draft), step: approval.step, approvalId, to: [...to], ...which, ...outside };
    draft.record({ type: 'approval.escalated', data });
  }
}

function endAtDeadline(draft: RunDraft): void {
  const { status, deadlineAt } = draft.state;
  if ((status !== 'running' && status !== 'queued') || draft.at < deadlineAt) return;
  draft.record({ type: 'run.cancel_requested', data: { ...runOf(draft), reason: timeIsUp } });
}

function noteOverdue(draft: RunDraft): void {
  const at = overdueAt(draft.state, draft.playbook);
  if (at === null || draft.at < at) return;
  const waiting = waitingFor(draft.state).map(({ what, who }) =>
    who.length > 0 ? `${what} (${who.join(', ')})` : what,
  );
  draft.record({ type: 'run.overdue', data: { ...runOf(draft), waiting } });
}

/** Withdraws every open request: what it asks about will not run. */
function voidApprovals(draft: RunDraft, reason: string): void {
  for (const { id, step, status } of Object.values(draft.state.approvals)) {
    if (status !== 'open') continue;
    draft.record({ type: 'approval.voided', data: { ...runOf(draft), step, approvalId: id, reason } });
  }
}

/** Takes note of called runs that have ended; nothing new starts. */
function followChildren(draft: RunDraft): void {
  for (const [key, { status }] of Object.entries(draft.state.nodes))
    if (status === 'delegated') advanceNode(draft, key);
}

function finishCancel(draft: RunDraft): void {
  voidApprovals(draft, 'the run is being cancelled');
  followChildren(draft);
  if (anyNode(draft, 'running', 'delegated')) return;
  if (draft.state.reason === timeIsUp) end(draft, 'failed', timeIsUp);
  else end(draft, 'cancelled', null);
}

/** Ends the run; before that come its `finally` steps, once for each end, unless nothing was ever allowed to begin. */
function end(draft: RunDraft, outcome: Ending, reason: string | null): void {
  const data = { ...runOf(draft), durationMs: durationMs(draft) };
  if (draft.state.ending === null && draft.playbook.finally.length > 0 && isLetIn(draft.state)) {
    const because = reason === null ? {} : { reason };
    const over = draft.playbook.finally.filter(({ id }) => isOver(nodeOf(draft.state, id)));
    const nodes = over.flatMap(({ id }) => [id, ...itemKeys(draft.state, id)]);
    const again = nodes.length > 0 ? { again: nodes } : {};
    return draft.record({ type: 'run.finishing', data: { ...runOf(draft), outcome, ...because, ...again } });
  }
  switch (outcome) {
    case 'succeeded': {
      const outputs = evaluateOutputs(draft.playbook, draft.state);
      const given = Object.keys(outputs).length > 0 ? { outputs } : {};
      return draft.record({ type: 'run.succeeded', data: { ...data, ...given } });
    }
    case 'failed':
      return draft.record({ type: 'run.failed', data: { ...data, reason: reason ?? '' } });
    case 'cancelled':
      return draft.record({ type: 'run.cancelled', data });
    case 'compensated':
      return draft.record({ type: 'run.compensated', data });
  }
}

function advanceSteps(draft: RunDraft): void {
  const fatal = fatalFailures(draft.state, draft.playbook);
  if (fatal.length > 0) {
    stopAfter(draft, fatal);
    return;
  }
  if (draft.state.gate && !isLetIn(draft.state)) {
    passGate(draft, draft.state.gate);
    return;
  }
  for (const key of openNodes(draft.state, draft.playbook)) advanceNode(draft, key);
  if (allSettled(draft.state, draft.playbook)) end(draft, 'succeeded', null);
}

/** Asks whether the run may start at all, once; a yes opens the way for every step. */
function passGate(draft: RunDraft, gate: NonNullable<RunDraft['state']['gate']>): void {
  const node = nodeOf(draft.state, gateKey);
  if (node.status === 'ready') {
    succeed(draft, gateKey, {}, 0);
    return;
  }
  if (node.status !== 'pending') return;
  const { state, at } = draft;
  const approvalId = formatApprovalId(state.runId, Object.keys(state.approvals).length + 1);
  const plan = gatePlan(state, gate);
  const rule = ruleToAsk(ruleOfGate(gate), plan.risk, draft);
  const times = { expiresAt: addMs(at, rule.expiresInMs), escalateAt: null };
  const bound = { plan, planDigest: planDigest(plan), rule };
  draft.record({
    type: 'approval.requested',
    data: { ...runOf(draft), step: gateKey, approvalId, ...bound, ...times },
  });
}

/** After a failure nothing new starts; when the steps under way have ended, the run ends or is undone. */
function stopAfter(draft: RunDraft, fatal: readonly string[]): void {
  voidApprovals(draft, `step ${fatal[0]} failed`);
  followChildren(draft);
  const undoing = fatal.some((key) => findStep(draft.playbook, key)?.onFailure === 'compensate');
  // What may or may not have taken effect cannot be left out of the undoing, nor put into it: people say first.
  if (anyNode(draft, 'running', 'delegated') || (undoing && anyNode(draft, 'unknown'))) return;
  const reason = fatal
    .map((key) => {
      const node = nodeOf(draft.state, key);
      return `step ${key} failed: ${node.status === 'failed' ? node.error.message : ''}`;
    })
    .join('; ');
  const undo = undoing ? compensable(draft.state, draft.playbook) : [];
  if (undo.length > 0)
    draft.record({ type: 'run.compensation_started', data: { ...runOf(draft), steps: undo, reason } });
  else end(draft, 'failed', reason);
}

function advanceCompensation(draft: RunDraft): void {
  const key = nextUndo(draft.state, draft.playbook);
  if (key === undefined) {
    end(draft, 'compensated', null);
    return;
  }
  const node = nodeOf(draft.state, key);
  if (node.status === 'failed') {
    const reason = `undoing ${key} failed: ${node.error.message}`;
    draft.record({ type: 'run.compensation_failed', data: { ...runOf(draft), step: key, reason } });
    return;
  }
  advanceNode(draft, key);
}

function advanceFinally(draft: RunDraft): void {
  const { ending } = draft.state;
  const open = openNodes(draft.state, draft.playbook);
  for (const key of open) advanceNode(draft, key);
  if (open.length > 0 || !ending) return;
  // What people have marked as done in the meantime is undone too before the run says that all is.
  const steps = ending.outcome === 'compensated' ? compensable(draft.state, draft.playbook) : [];
  if (steps.length === 0) return end(draft, ending.outcome, ending.reason);
  const reason = draft.state.reason ?? '';
  draft.record({ type: 'run.compensation_started', data: { ...runOf(draft), steps, reason } });
}
