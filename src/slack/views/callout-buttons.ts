// What can be pressed beside a call: orders that would be taken now, named by their effect. Pure.
import type { Playbook } from '../../core/playbook/playbook.ts';
import { assertNever } from '../../core/result.ts';
import type { Callout } from '../../core/run/callouts.ts';
import { compensable } from '../../core/run/flow.ts';
import { offeredOrders } from '../../core/run/standing.ts';
import { type Approval, doneKey, type RunState } from '../../core/run/state.ts';
import { wantsStepUp } from '../../core/step-up/needs-step-up.ts';
import { type Button, cut, joinWithin } from '../text.ts';
import { decisionValue } from './decision-value.ts';
import { orderValue } from './order-value.ts';
import { orderEffect } from './order-words.ts';
import { stepName } from './step-words.ts';

/** A run, and the version that it is pinned to; null: it cannot be read. */
export type PinnedRun = { readonly run: RunState; readonly playbook: Playbook | null };

type Order = ReturnType<typeof offeredOrders>[number]['order'];

/** The orders that a run would take, as a whole or for one node; none where it is not known. */
const takenOrders = ({ run, playbook }: PinnedRun, step?: string): readonly Order[] =>
  playbook === null ? [] : offeredOrders(run, playbook, run.startedAt, step).map(({ order }) => order);

/** The buttons of an occurrence. `others`: how many more items of the step it is so with. */
export function calloutButtons(
  pinned: PinnedRun,
  { kind, step, approval }: Pick<Callout, 'kind' | 'step' | 'approval'>,
  others: number,
): readonly Button[] {
  const { run } = pinned;
  const taken = takenOrders(pinned);
  const retry = (label: string): readonly Button[] =>
    taken.includes('retry') ? [retryButton(run, label, run.runId)] : [];
  // While it is being undone it is the undoing that would be tried again.
  const isUndoing = run.status === 'compensating' || run.status === 'compensation_failed';
  switch (kind) {
    case 'failed':
    case 'expired':
      return isUndoing ? [] : [...retry(kind === 'failed' ? 'Retry' : 'Ask again'), ...undoButton(pinned)];
    case 'undo_failed':
      return retry('Undo the rest');
    case 'unclear':
      return step === null ? [] : [...answerButtons(pinned, step), ...undoButton(pinned)];
    case 'unanswered':
      return approval === null ? [] : decisionButtons(pinned, approval);
    case 'stuck': {
      const undo = undoButton(pinned);
      const again = retry(others === 0 ? 'Retry' : 'Retry what failed');
      return [...again, ...(undo.length > 0 ? undo : cancelButton(run, taken))];
    }
    case 'stalled':
      return approval === null
        ? [nudgeButton(run), ...retry('Retry'), ...cancelButton(run, taken)]
        : decisionButtons(pinned, approval);
    case 'overdue':
      return [nudgeButton(run), ...retry('Retry'), ...cancelButton(run, taken)];
    default:
      return assertNever(kind);
  }
}

/** Whoever says what became of one node says nothing of the others. */
function answerButtons(pinned: PinnedRun, step: string): readonly Button[] {
  const taken = takenOrders(pinned, step);
  const value = orderValue({ runId: pinned.run.runId, step });
  return [
    ...(taken.includes('done') ? [{ id: 'run_done', label: 'It did', value }] : []),
    ...(taken.includes('retry') ? [{ id: 'run_retry', label: 'It did not: try again', value }] : []),
  ];
}

/** What is unclear is carried out again too, which nobody has asked about here. */
function retryButton(run: RunState, label: string, value: string): Button {
  const button = { id: 'run_retry', label, value };
  if (Object.values(run.nodes).every(({ status }) => status !== 'unknown')) return button;
  const text = 'What failed, or is unclear, is carried out once more.';
  return { ...button, confirm: { title: 'Try again?', text, yes: 'Retry' } };
}

/** `Undo 2 steps`, or `Undo restart` where it is one. Empty: nothing can be undone now. */
export function undoButton(pinned: PinnedRun): readonly Button[] {
  const { run, playbook } = pinned;
  if (playbook === null || !takenOrders(pinned).includes('compensate')) return [];
  const names = compensable(run, playbook).map((key) => cut(stepName(run, playbook, doneKey(key)), 60));
  const [only = ''] = names;
  const what = names.length === 1 ? only : `${names.length} steps`;
  const text = `${orderEffect.compensate} That is: ${joinWithin(names, ', ', 150)}.`;
  const confirm = { title: 'Undo the run?', text, yes: 'Undo' };
  return [{ id: 'run_compensate', label: `Undo ${what}`, value: run.runId, confirm }];
}

const cancelButton = (run: RunState, taken: readonly Order[]): readonly Button[] => {
  if (!taken.includes('cancel')) return [];
  const confirm = { title: 'Cancel the run?', text: orderEffect.cancel, yes: 'Cancel run' };
  return [{ id: 'run_cancel', label: 'Cancel run', value: run.runId, style: 'danger', confirm }];
};

const nudgeButton = (run: RunState): Button => ({
  id: 'run_nudge',
  label: 'Nudge',
  value: run.runId,
  confirm: { title: 'Remind people?', text: 'Whoever can unblock the run is mentioned once more.', yes: 'Nudge' },
});

function decisionButtons({ run, playbook }: PinnedRun, approval: Approval): readonly Button[] {
  const value = decisionValue(approval);
  const approve: Button = { id: 'approval_approve', label: 'Approve', value };
  const deny: Button = { id: 'approval_deny', label: 'Deny', value };
  if (wantsStepUp(approval.rule)) return [{ ...approve, label: 'Approve with a passkey', style: 'primary' }, deny];
  if (approval.plan.reversible) return [{ ...approve, style: 'primary' }, deny];
  const text = `There is no way back from “${cut(stepName(run, playbook, approval.step), 100)}”. Approve it?`;
  return [{ ...approve, style: 'danger', confirm: { title: 'This cannot be undone', text, yes: 'Approve' } }, deny];
}

/** The button of a runbook that has an address; empty: the playbook names none, or says in words where it is. */
export const runbookButton = (playbook: Playbook | null): readonly Button[] => {
  const url = playbook?.runbook ?? '';
  return /^https?:\/\/\S{1,2900}$/.test(url) ? [{ id: 'open_runbook', label: 'Runbook', value: '', url }] : [];
};

/** A button that leads to the page. */
export const pageButton = (label: string, page: string): Button => ({ id: 'open_page', label, value: '', url: page });
