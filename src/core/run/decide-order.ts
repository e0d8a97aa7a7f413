// The rules for what people order: retry, compensate, cancel, pause, resume, and "it did take effect". Pure.
import type { Actor } from '../events.ts';
import type { Refusal } from '../refusal.ts';
import { assertNever } from '../result.ts';
import { addMs, elapsedMs } from '../time.ts';
import { type RunDraft, refuse } from './draft.ts';
import { compensable, findStep } from './flow.ts';
import { isTerminal, isUndo, itemOf, nodeOf, stepOf } from './state.ts';

/** An order about a run as a whole or one of its steps. */
export type RunOrderCommand = {
  readonly type: 'retry' | 'compensate' | 'cancel' | 'pause' | 'resume' | 'done';
  readonly step?: string | undefined;
  readonly reason?: string | undefined;
};

/** Records an order, or says why it cannot be followed. */
export function decideOrder(draft: RunDraft, order: RunOrderCommand, actor: Actor): Refusal | null {
  const { state } = draft;
  const run = { runId: state.runId };
  const because = order.reason === undefined ? {} : { reason: order.reason };
  switch (order.type) {
    case 'retry':
      return retry(draft, order, actor);
    case 'compensate':
      return compensate(draft, order.reason ?? `ordered by ${actor.name ?? actor.id}`, actor);
    case 'cancel':
      if (state.status !== 'running' && state.status !== 'queued')
        return refuse('wrong_state', `the run is ${state.status}; only a running one can be cancelled`);
      draft.record(
        { type: 'run.cancel_requested', data: { ...run, reason: order.reason ?? `by ${actor.name ?? actor.id}` } },
        actor,
      );
      return null;
    case 'pause':
      if (isTerminal(state.status)) return refuse('wrong_state', `the run has ended (${state.status})`);
      if (state.status === 'cancelling') return refuse('wrong_state', 'the run is being cancelled; nothing new starts');
      if (state.paused) return refuse('wrong_state', 'the run is paused already');
      draft.record({ type: 'run.paused', data: { ...run, ...because } }, actor);
      return null;
    case 'resume':
      if (!state.paused) return refuse('wrong_state', 'the run is not paused');
      draft.record({ type: 'run.resumed', data: run }, actor);
      return null;
    case 'done':
      return markDone(draft, order, actor);
    default:
      return assertNever(order.type);
  }
}

/** What an order names: one item of a step, or the step as a whole with all its items. */
const isMeant = (key: string, step: string): boolean =>
  itemOf(step) === null ? stepOf(key) === stepOf(step) : key === step;

/** Tries again what failed or is unknown; under a new round, so with a new key and, where needed, a new approval. */
function retry(draft: RunDraft, order: RunOrderCommand, actor: Actor): Refusal | null {
  const { state, playbook } = draft;
  if (state.status === 'succeeded' || state.status === 'compensated' || state.status === 'cancelling')
    return refuse('wrong_state', `the run is ${state.status}; there is nothing to retry`);
  const undoing = state.status === 'compensating' || state.status === 'compensation_failed';
  // While the run finishes only its final steps are open; what came before them is retried after the end.
  const finals = playbook.finally.map(({ id }) => id);
  const isOpen = (key: string) => state.status !== 'finishing' || finals.includes(stepOf(key));
  // What the playbook passed over after a failure stays passed over, unless somebody names it.
  const holdsUp = (key: string) =>
    isUndo(key) || nodeOf(state, key).status === 'unknown' || findStep(playbook, key)?.onFailure !== 'continue';
  const keys = Object.entries(state.nodes)
    .filter(([key, { status }]) => (status === 'failed' || status === 'unknown') && isUndo(key) === undoing)
    .filter(([key]) => isOpen(key))
    .map(([key]) => key)
    .filter((key) => (order.step === undefined ? holdsUp(key) : isMeant(key, order.step)));
  if (order.step !== undefined && keys.length === 0) {
    return findStep(playbook, order.step)
      ? refuse(
          'wrong_state',
          `step ${order.step} is ${nodeOf(state, order.step).status}; only a failed or unclear step can be retried`,
        )
      : refuse(
          'not_found',
          `the run has no step ${order.step}; it has ${playbook.steps.map(({ id }) => id).join(', ')}`,
        );
  }
  // A run that was cancelled or ran out of time goes on where it stood.
  if (keys.length === 0 && state.status !== 'cancelled' && state.status !== 'failed')
    return refuse('wrong_state', 'no step of this run has failed');
  const deadlineAt = addMs(draft.at, playbook.timeoutMs);
  const because = order.reason === undefined ? {} : { reason: order.reason };
  draft.record({ type: 'run.retried', data: { runId: state.runId, steps: keys, deadlineAt, ...because } }, actor);
  return null;
}

function compensate(draft: RunDraft, reason: string, actor: Actor): Refusal | null {
  const { state } = draft;
  if (state.status === 'compensating' || state.status === 'compensation_failed')
    return refuse('wrong_state', `the run is ${state.status}; retry it to undo what is left`);
  if (Object.values(state.nodes).some(({ status }) => status === 'running' || status === 'delegated'))
    return refuse('wrong_state', 'a step is running; cancel the run first, then compensate');
  const steps = compensable(state, draft.playbook);
  if (steps.length === 0) return refuse('wrong_state', 'no completed step of this run has a compensation left to run');
  for (const { id, step, status } of Object.values(state.approvals)) {
    if (status !== 'open') continue;
    const data = { runId: state.runId, step, approvalId: id, reason: 'the run is being compensated' };
    draft.record({ type: 'approval.voided', data });
  }
  draft.record({ type: 'run.compensation_started', data: { runId: state.runId, steps, reason } }, actor);
  return null;
}

function markDone(draft: RunDraft, order: RunOrderCommand, actor: Actor): Refusal | null {
  const { state } = draft;
  const unknown = Object.entries(state.nodes).filter(([, { status }]) => status === 'unknown');
  const [step, node] = unknown.find(([key]) => order.step === undefined || isMeant(key, order.step)) ?? [];
  if (step === undefined || node?.status !== 'unknown')
    return refuse('wrong_state', 'no step of this run has an unknown outcome');
  const note = `marked done by ${actor.name ?? actor.id}${order.reason ? `: ${order.reason}` : ''}`;
  const result = {
    attempt: node.attempts,
    output: null,
    artifacts: [],
    durationMs: elapsedMs(node.since, draft.at),
    note,
    byPerson: true as const,
  };
  draft.record({ type: 'step.succeeded', data: { runId: state.runId, step, ...result } }, actor);
  return null;
}
