// What follows from where a run stands: timers that are due, steps that may be asked for, skipped, started, the run's end.
// Runs after every command, in the same decision, so that no state is ever left half-way. Pure.
import { approvalId as formatApprovalId } from '../ids.ts';
import { evaluateIf, planDigest, renderPlan } from '../playbook/plan.ts';
import { type ActionCall, approvalAction, type Step, waitAction } from '../playbook/playbook.ts';
import { addMs, elapsedMs, parseDuration } from '../time.ts';
import { type Draft, recordFailure } from './draft.ts';
import { allSettled, callOf, compensable, fatalFailures, findStep, nextUndo, openNodes } from './flow.ts';
import { findApproval, isUndo, type NodeStatus, nodeOf } from './state.ts';

/** Brings a draft to rest: afterwards nothing more follows without a new command or a later time. */
export function advance(draft: Draft): void {
  expireApprovals(draft);
  endAtDeadline(draft);
  if (draft.state.paused) return;
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
      default:
        return;
    }
  } while (draft.events.length !== before);
}

const runOf = (draft: Draft) => ({ runId: draft.state.runId });
const durationMs = (draft: Draft) => elapsedMs(draft.state.startedAt, draft.at);
const anyNode = (draft: Draft, wanted: NodeStatus) =>
  Object.values(draft.state.nodes).some(({ status }) => status === wanted);
/** Why a run ends that was not cancelled by anybody. */
const timeIsUp = 'the time limit of the run is over';

/** A step that will never start in this round; who is told nothing would wait for ever. */
function failBeforeStart(
  draft: Draft,
  step: string,
  failure: 'denied' | 'invalid',
  code: string,
  message: string,
): void {
  recordFailure(draft, step, 0, { class: failure, code, message }, 0);
}

function expireApprovals(draft: Draft): void {
  for (const approval of Object.values(draft.state.approvals)) {
    if (approval.status !== 'open') continue;
    const { id, step } = approval;
    if (draft.at >= approval.expiresAt) {
      draft.record({ type: 'approval.expired', data: { ...runOf(draft), step, approvalId: id } });
      failBeforeStart(draft, step, 'denied', 'approval_expired', 'nobody decided in time; a timeout never means yes');
    } else if (approval.escalateAt !== null && !approval.escalated && draft.at >= approval.escalateAt) {
      const to = approval.rule.escalate;
      draft.record({ type: 'approval.escalated', data: { ...runOf(draft), step, approvalId: id, to } });
    }
  }
}

function endAtDeadline(draft: Draft): void {
  if (draft.state.status !== 'running' || draft.at < draft.state.deadlineAt) return;
  draft.record({ type: 'run.cancel_requested', data: { ...runOf(draft), reason: timeIsUp } });
}

/** Withdraws every open request: what it asks about will not run. */
function voidApprovals(draft: Draft, reason: string): void {
  for (const { id, step, status } of Object.values(draft.state.approvals)) {
    if (status !== 'open') continue;
    draft.record({ type: 'approval.voided', data: { ...runOf(draft), step, approvalId: id, reason } });
  }
}

function finishCancel(draft: Draft): void {
  voidApprovals(draft, 'the run is being cancelled');
  if (anyNode(draft, 'running')) return;
  const data = { ...runOf(draft), durationMs: durationMs(draft) };
  if (draft.state.reason === timeIsUp) draft.record({ type: 'run.failed', data: { ...data, reason: timeIsUp } });
  else draft.record({ type: 'run.cancelled', data });
}

function advanceSteps(draft: Draft): void {
  const fatal = fatalFailures(draft.state, draft.playbook);
  if (fatal.length > 0) {
    stopAfter(draft, fatal);
    return;
  }
  for (const key of openNodes(draft.state, draft.playbook)) advanceNode(draft, key);
  if (allSettled(draft.state, draft.playbook))
    draft.record({ type: 'run.succeeded', data: { ...runOf(draft), durationMs: durationMs(draft) } });
}

/** After a failure nothing new starts; when the steps under way have ended, the run ends or is undone. */
function stopAfter(draft: Draft, fatal: readonly Step[]): void {
  voidApprovals(draft, `step ${fatal[0]?.id} failed`);
  const undoing = fatal.some((step) => step.onFailure === 'compensate');
  // What may or may not have taken effect cannot be left out of the undoing, nor put into it: people say first.
  if (anyNode(draft, 'running') || (undoing && anyNode(draft, 'unknown'))) return;
  const reason = fatal
    .map((step) => {
      const node = nodeOf(draft.state, step.id);
      return `step ${step.id} failed: ${node.status === 'failed' ? node.error.message : ''}`;
    })
    .join('; ');
  if (undoing) {
    const undo = compensable(draft.state, draft.playbook);
    if (undo.length > 0) {
      draft.record({ type: 'run.compensation_started', data: { ...runOf(draft), steps: undo, reason } });
      return;
    }
  }
  draft.record({ type: 'run.failed', data: { ...runOf(draft), reason, durationMs: durationMs(draft) } });
}

function advanceCompensation(draft: Draft): void {
  const key = nextUndo(draft.state, draft.playbook);
  if (key === undefined) {
    draft.record({ type: 'run.compensated', data: { ...runOf(draft), durationMs: durationMs(draft) } });
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

function advanceNode(draft: Draft, key: string): void {
  const node = nodeOf(draft.state, key);
  const call = callOf(draft.playbook, key);
  if (!call) return;
  switch (node.status) {
    case 'pending':
      enter(draft, key, call);
      return;
    case 'ready':
      start(draft, key, call, node.approvalId);
      return;
    case 'retry_wait':
      if (draft.at >= node.retryAt) start(draft, key, call, node.approvalId);
      return;
    case 'waiting':
      if (draft.at >= node.until)
        succeed(draft, key, { waitedMs: elapsedMs(node.since, draft.at) }, elapsedMs(node.since, draft.at));
      return;
    case 'awaiting_approval':
    case 'running':
    case 'unknown':
    case 'succeeded':
    case 'failed':
    case 'skipped':
      return;
  }
}

function succeed(
  draft: Draft,
  step: string,
  output: { [key: string]: string | number | string[] },
  tookMs: number,
): void {
  const attempt = nodeOf(draft.state, step).attempts;
  const data = { ...runOf(draft), step, attempt, output, artifacts: [], durationMs: tookMs };
  draft.record({ type: 'step.succeeded', data });
}

function enter(draft: Draft, key: string, call: ActionCall): void {
  const step = findStep(draft.playbook, key);
  if (step?.if && !isUndo(key)) {
    const condition = evaluateIf(draft.playbook, draft.state, key);
    if (!condition.ok) return failBeforeStart(draft, key, 'invalid', 'condition_failed', condition.error);
    if (!condition.value)
      return draft.record({
        type: 'step.skipped',
        data: { ...runOf(draft), step: key, reason: `condition is false: ${step.if}` },
      });
  }
  if (call.approval) ask(draft, key, call);
  else start(draft, key, call, null);
}

function ask(draft: Draft, key: string, call: ActionCall): void {
  const rule = call.approval;
  const plan = renderPlan(draft.playbook, draft.state, key);
  if (!rule || !plan.ok)
    return failBeforeStart(draft, key, 'invalid', 'render_failed', plan.ok ? 'no rule' : plan.error);
  const approvalId = formatApprovalId(draft.state.runId, Object.keys(draft.state.approvals).length + 1);
  const escalateAt = rule.escalate.length > 0 ? addMs(draft.at, Math.floor(rule.expiresInMs / 2)) : null;
  const bound = { plan: plan.value, planDigest: planDigest(plan.value), rule };
  const times = { expiresAt: addMs(draft.at, rule.expiresInMs), escalateAt };
  draft.record({ type: 'approval.requested', data: { ...runOf(draft), step: key, approvalId, ...bound, ...times } });
}

/** Starts a node if it may start: with a valid approval of exactly this plan, or needing none. */
function start(draft: Draft, key: string, call: ActionCall, approvalId: string | null): void {
  const isTimerOrGate = call.uses === waitAction || call.uses === approvalAction;
  if (!isTimerOrGate && !hasRoom(draft, key)) return;
  const plan = renderPlan(draft.playbook, draft.state, key);
  if (!plan.ok) return failBeforeStart(draft, key, 'invalid', 'render_failed', plan.error);
  const digest = planDigest(plan.value);
  const node = nodeOf(draft.state, key);
  // What is already done needs no approval any more: only its verification is left.
  const done = node.status === 'ready' && node.acted !== null;
  const problem = call.approval && !done ? approvalProblem(draft, approvalId, digest) : null;
  if (problem !== null) {
    if (approvalId === null) return ask(draft, key, call);
    return draft.record({ type: 'approval.voided', data: { ...runOf(draft), step: key, approvalId, reason: problem } });
  }
  if (call.uses === approvalAction) {
    const approval = findApproval(draft.state, approvalId);
    if (!approval)
      return failBeforeStart(draft, key, 'invalid', 'no_rule', 'an approval step must say who may approve');
    const approvers = approval.approvals.map(({ actor }) => actor.id);
    return succeed(draft, key, { approvers }, elapsedMs(approval.requestedAt, draft.at));
  }
  if (call.uses === waitAction) {
    const ms = waitMs(plan.value.with);
    if (ms === null)
      return failBeforeStart(draft, key, 'invalid', 'invalid_input', '`for` must be a duration such as 30s');
    return draft.record({ type: 'step.waiting', data: { ...runOf(draft), step: key, until: addMs(draft.at, ms) } });
  }
  const identity = { attempt: node.attempts + 1, round: node.round, fence: draft.state.fence + 1 };
  const idempotencyKey = `${draft.state.runId}/${key}/${node.round}`;
  const bound = { plan: plan.value, planDigest: digest, approvalId };
  const worker = draft.offer?.worker ?? '';
  draft.record({
    type: 'step.started',
    data: { ...runOf(draft), step: key, ...identity, idempotencyKey, worker, ...bound },
  });
}

function waitMs(input: unknown): number | null {
  const duration = typeof input === 'object' && input !== null && 'for' in input ? input.for : null;
  return typeof duration === 'string' ? parseDuration(duration) : null;
}

function hasRoom(draft: Draft, key: string): boolean {
  const { offer, playbook, state } = draft;
  if (!offer || findStep(playbook, key)?.runsOn !== offer.pool) return false;
  const held = Object.values(state.nodes).filter((node) => node.status === 'running' && node.worker === offer.worker);
  return held.length < offer.capacity;
}

/** Why an approval does not cover what would run now; null if it does. */
function approvalProblem(draft: Draft, approvalId: string | null, digest: string): string | null {
  const approval = findApproval(draft.state, approvalId);
  if (approval?.status !== 'granted') return 'no approval was granted';
  if (approval.planDigest !== digest) return 'what would run is no longer what was approved';
  if (approval.validUntil === null || draft.at > approval.validUntil) return 'the approval is no longer valid';
  return null;
}
