// Which runs are exercises, and how a drill comes out. Decides nothing about approvals: a drill asks for what any other run asks for.
import type { RunTrigger } from '../events.ts';
import type { Playbook } from '../playbook/playbook.ts';
import { elapsedMs } from '../time.ts';
import type { RunDraft } from './draft.ts';
import { compensable } from './flow.ts';
import { doneKey, isTerminal, isUndo, nodeOf, type RunState } from './state.ts';

/** How the reason of a run that somebody started says that it is an exercise. */
const drillReason = /^drill\b/i;

type Triggered = { readonly trigger: RunTrigger };

/** True for a run that is an exercise: a drill, a run that a drill calls, or one by hand whose reason begins with `drill`. */
export const isDrill = ({ trigger }: Triggered): boolean =>
  trigger.type !== 'alert' &&
  (trigger.drill === true || (trigger.type === 'manual' && drillReason.test(trigger.reason ?? '')));

/** True for an exercise that is judged: it was started as a drill, with the inputs that its playbook gives for one. */
export const isJudged = ({ trigger }: Triggered): boolean =>
  (trigger.type === 'manual' || trigger.type === 'schedule') && trigger.drill === true;

/** A run that has succeeded as a drill is undone as a part of it, unless its playbook says otherwise or there is nothing to undo. */
export function undoDrill(draft: RunDraft): void {
  const { state, playbook } = draft;
  if (!isJudged(state) || state.drill !== null || playbook.drill?.undo === false) return;
  const steps = compensable(state, playbook);
  if (steps.length === 0) return;
  const reason = 'the drill has succeeded, and undoing it is a part of it';
  draft.record({ type: 'run.compensation_started', data: { runId: state.runId, steps, reason, drill: true } });
}

/** Records how a drill came out once its run has ended, in the same decision. */
export function concludeDrill(draft: RunDraft): void {
  const { state, playbook, at } = draft;
  if (!isJudged(state) || !isTerminal(state.status) || (state.drill?.outcome ?? null) !== null) return;
  const { runId, startedAt } = state;
  const reason = whyFailed(state, playbook);
  if (reason !== null) return draft.record({ type: 'drill.failed', data: { runId, reason } });
  const undoingSince = state.drill?.undoingSince ?? null;
  const approvals = Object.values(state.approvals).flatMap(({ step, status, requestedAt, decidedAt }) =>
    status === 'granted' && decidedAt !== null ? [{ step, waitedMs: elapsedMs(requestedAt, decidedAt) }] : [],
  );
  draft.record({
    type: 'drill.passed',
    data: {
      runId,
      runMs: elapsedMs(startedAt, undoingSince ?? at),
      approvals,
      undone: undoingSince === null ? [] : undoneOf(state),
      undoMs: undoingSince === null ? null : elapsedMs(undoingSince, at),
    },
  });
}

const undoneOf = (state: RunState): string[] => state.completed.filter(isUndo).map(doneKey);

/** Why a run that has ended shows nothing; null: it shows what it should. */
function whyFailed(state: RunState, playbook: Playbook): string | null {
  const { status, reason, completed, drill, trigger } = state;
  const because = reason === null ? '' : `: ${reason}`;
  const isUndone = status === 'compensated' && drill !== null && compensable(state, playbook).length === 0;
  if (status !== 'succeeded' && !isUndone) {
    if (drill !== null) return `undoing it did not succeed${because}`;
    const how = status === 'compensated' ? 'was undone before it had succeeded' : `is ${status}`;
    return `its run ${how}${because}`;
  }
  const rehearsal = 'rehearsal' in trigger ? trigger.rehearsal : undefined;
  if (rehearsal?.led === false) return `its alert does not lead to it: ${rehearsal.reason}`;
  const marked = completed.filter((key) => 'markedBy' in nodeOf(state, key));
  return marked.length === 0 ? null : `people marked ${marked.join(', ')} as done, which shows nothing`;
}
