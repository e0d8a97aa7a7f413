// How one node goes on: its condition, its approval, its items, its start. Where it stands in the run is not decided here. Pure.

import { ladderOf } from '../approval/ladder.ts';
import type { Plan, StartedPlan } from '../events.ts';
import { approvalId as formatApprovalId } from '../ids.ts';
import type { Json, JsonObject } from '../json.ts';
import { kindOf } from '../playbook/action-traits.ts';
import { evaluateIf, planDigest, renderPlan } from '../playbook/plan.ts';
import type { ActionCall } from '../playbook/playbook.ts';
import { addMs, elapsedMs, parseDuration } from '../time.ts';
import { breakerTarget, staggerMs } from './circuit-breaker.ts';
import { delegate, followChild, undoChildren } from './delegate.ts';
import type { RunDraft } from './draft.ts';
import { ruleToAsk } from './excluded.ts';
import { callOf, findStep } from './flow.ts';
import { type Ruled, ruleStep } from './govern-step.ts';
import { enterItems } from './items.ts';
import { failBeforeStart, succeed } from './node-ends.ts';
import { planDrift } from './plan-drift.ts';
import { doneKey, findApproval, idempotencyKeyOf, isUndo, itemOf, nodeOf } from './state.ts';

const runOf = (draft: RunDraft) => ({ runId: draft.state.runId });

/** Takes a node as far as it goes by itself. */
export function advanceNode(draft: RunDraft, key: string): void {
  const node = nodeOf(draft.state, key);
  const call = callOf(draft.playbook, key);
  if (node.status === 'delegated') return followChild(draft, key, node);
  if (isUndo(key) && node.status === 'pending' && draft.state.children[doneKey(key)] !== undefined)
    return undoChildren(draft, key);
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
      wake(draft, key, node);
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

function enter(draft: RunDraft, key: string, call: ActionCall): void {
  const step = findStep(draft.playbook, key);
  if (step?.forEach && !isUndo(key) && itemOf(key) === null) return enterItems(draft, step);
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
  // What a policy asks people about is seen where it would start.
  else start(draft, key, call, null);
}

function ask(draft: RunDraft, key: string, call: ActionCall): void {
  const plan = renderPlan(draft.playbook, draft.state, key, draft);
  if (!plan.ok) return failBeforeStart(draft, key, 'invalid', 'render_failed', plan.error);
  const ruled = ruleStep(draft, key, { call, plan: plan.value, acts: kindOf(draft.traits, call) === 'effect' });
  if (ruled.outcome === 'go') request(draft, key, plan.value, ruled);
}

type Going = Extract<Ruled, { outcome: 'go' }>;

/** Asks people about a plan, under the rule that the policies have left it. */
function request(draft: RunDraft, key: string, plan: Plan, { rule: own, because: said }: Going): void {
  if (!own) return failBeforeStart(draft, key, 'invalid', 'render_failed', 'no rule');
  const approvalId = formatApprovalId(draft.state.runId, Object.keys(draft.state.approvals).length + 1);
  const rule = ruleToAsk(own, plan.risk, draft);
  const [rung] = ladderOf(rule);
  const escalateAt = rung ? addMs(draft.at, rung.afterMs) : null;
  const bound = { plan, planDigest: planDigest(plan), rule };
  const times = { expiresAt: addMs(draft.at, rule.expiresInMs), escalateAt };
  const because = said.length > 0 ? { because: [...said] } : {};
  const asked = { ...runOf(draft), step: key, approvalId, ...bound, ...times, ...because };
  draft.record({ type: 'approval.requested', data: asked });
}

/** Starts a node if it may start: with a valid approval of exactly this plan, or needing none. */
function start(draft: RunDraft, key: string, call: ActionCall, approvalId: string | null): void {
  const kind = kindOf(draft.traits, call);
  if (kind === 'effect' && !hasRoom(draft, key, call)) return;
  const plan = renderPlan(draft.playbook, draft.state, key, draft);
  if (!plan.ok) return failBeforeStart(draft, key, 'invalid', 'render_failed', plan.error);
  const digest = planDigest(plan.value);
  const node = nodeOf(draft.state, key);
  // What is already done needs no approval any more, and no rule holds it: only its verification is left.
  if (node.acted === null) {
    const ruled = ruleStep(draft, key, { call, plan: plan.value, acts: kind === 'effect' });
    if (ruled.outcome === 'stopped') return;
    const problem = ruled.rule ? approvalProblem(draft, approvalId, digest, ruled) : null;
    if (problem !== null) {
      if (approvalId === null) return request(draft, key, plan.value, ruled);
      const asked = findApproval(draft.state, approvalId)?.plan;
      const drift = asked ? planDrift(asked, plan.value) : [];
      const changed = drift.length > 0 ? { drift: [...drift] } : {};
      const data = { ...runOf(draft), step: key, approvalId, reason: problem, ...changed };
      return draft.record({ type: 'approval.voided', data });
    }
  }
  switch (kind) {
    case 'gate':
      return passApproval(draft, key, approvalId);
    case 'timer':
      return wait(draft, key, plan.value.with);
    case 'playbook':
      return delegate(draft, key, plan.value.with);
    case 'effect':
      return startEffect(draft, key, { plan: plan.value, planDigest: digest, approvalId });
  }
}

type Bound = { readonly plan: Plan; readonly planDigest: string; readonly approvalId: string | null };

/** Starts the action on the worker of the offer, unless that is one target too many or the target's circuit breaker is open. */
function startEffect(draft: RunDraft, key: string, bound: Bound): void {
  const { plan } = bound;
  const node = nodeOf(draft.state, key);
  const { target } = plan;
  const { maxTargets } = draft.playbook;
  const isNew = target !== null && !draft.state.targets.includes(target);
  if (maxTargets !== null && isNew && !isUndo(key) && draft.state.targets.length >= maxTargets) {
    const message = `${target} would be one target more than the ${maxTargets} that one run may touch`;
    return failBeforeStart(draft, key, 'denied', 'too_many_targets', message);
  }
  const left = breakerTarget(plan, draft.traits);
  const until = left === null ? null : (draft.offer?.breakerOpenUntil?.(left) ?? null);
  if (left !== null && until !== null && draft.at < until) {
    const later = addMs(until, staggerMs(`${draft.state.runId}/${key}`));
    const reason = `${left} failed again and again; its circuit breaker is open until ${until}`;
    return draft.record({
      type: 'step.held',
      data: { ...runOf(draft), step: key, until: later, target: left, reason },
    });
  }
  const { runId, fence } = draft.state;
  // In the order of the canonical text, as is the plan: the engine writes it at once then.
  draft.record({
    type: 'step.started',
    data: {
      approvalId: bound.approvalId,
      attempt: node.attempts + 1,
      fence: fence + 1,
      idempotencyKey: idempotencyKeyOf(runId, key, node.round),
      plan: withoutPlace(plan),
      planDigest: bound.planDigest,
      round: node.round,
      runId,
      step: key,
      worker: draft.offer?.worker ?? '',
    },
  });
}

/** A plan without what the event of its start says itself: for which step of which run it is. */
function withoutPlace({ reversible, risk, summary, target, timeoutMs, undo, uses, with: input }: Plan): StartedPlan {
  return summary === undefined
    ? { reversible, risk, target, timeoutMs, undo, uses, with: input }
    : { reversible, risk, summary, target, timeoutMs, undo, uses, with: input };
}

function passApproval(draft: RunDraft, key: string, approvalId: string | null): void {
  const approval = findApproval(draft.state, approvalId);
  if (!approval) return failBeforeStart(draft, key, 'invalid', 'no_rule', 'an approval step must say who may approve');
  const approvers = approval.approvals.map(({ actor }) => actor.id);
  succeed(draft, key, { approvers }, elapsedMs(approval.requestedAt, draft.at));
}

/** Name of the signal that the alert of a run is resolved. */
export const alertResolved = 'alert.resolved';
const defaultWaitMs = 24 * 60 * 60_000;

function wait(draft: RunDraft, key: string, input: Json): void {
  const { for: forText, signal, alertResolved: resolved, atMost } = input as JsonObject;
  const awaited = resolved === true ? alertResolved : typeof signal === 'string' ? signal : null;
  const duration = awaited === null ? forText : (atMost ?? null);
  const ms = typeof duration === 'string' ? parseDuration(duration) : duration === null ? defaultWaitMs : null;
  if (ms === null)
    return failBeforeStart(draft, key, 'invalid', 'invalid_input', '`for` must be a duration such as 30s');
  const data = { ...runOf(draft), step: key, until: addMs(draft.at, ms) };
  draft.record({ type: 'step.waiting', data: awaited === null ? data : { ...data, signal: awaited } });
}

function wake(draft: RunDraft, key: string, node: { until: string; since: string; signal: string | null }): void {
  const waitedMs = elapsedMs(node.since, draft.at);
  if (node.signal !== null && Object.hasOwn(draft.state.signals, node.signal))
    return succeed(
      draft,
      key,
      { waitedMs, signal: node.signal, data: draft.state.signals[node.signal] ?? null },
      waitedMs,
    );
  if (draft.at < node.until) return;
  if (node.signal === null) return succeed(draft, key, { waitedMs }, waitedMs);
  failBeforeStart(draft, key, 'timeout', 'no_signal', `${node.signal} did not come in time`);
}

/** Whether the worker of the offer may and can start this node. */
function hasRoom(draft: RunDraft, key: string, call: ActionCall): boolean {
  const { offer, playbook, state } = draft;
  if (!offer || findStep(playbook, key)?.runsOn !== offer.pool) return false;
  if (offer.actions && !offer.actions.has(call.uses)) return false;
  if (offer.halted?.(playbook.name)) return false;
  const held = Object.values(state.nodes).filter((node) => node.status === 'running' && node.worker === offer.worker);
  return held.length < offer.capacity;
}

/** Why an approval does not cover what would run now; null if it does. */
function approvalProblem(
  draft: RunDraft,
  approvalId: string | null,
  digest: string,
  { covers }: Pick<Going, 'covers'>,
): string | null {
  const approval = findApproval(draft.state, approvalId);
  if (approval?.status !== 'granted') return 'no approval was granted';
  if (approval.planDigest !== digest) return 'what would run is no longer what was approved';
  if (approval.validUntil === null || draft.at > approval.validUntil) return 'the approval is no longer valid';
  if (!covers(approval.rule)) return 'more is demanded now than was asked for then';
  return null;
}
