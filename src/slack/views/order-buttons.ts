// Buttons for the orders that a run would take now, each named by its effect. Pure; what would be refused is not offered.
import type { KnownBlock } from '@slack/types';
import type { Playbook } from '../../core/playbook/playbook.ts';
import { offeredOrders } from '../../core/run/standing.ts';
import { isTerminal, isUndo, type RunState } from '../../core/run/state.ts';
import { type Button, buttonRow, joinWithin } from '../text.ts';
import { orderEffect } from './order-words.ts';
import { plainStepName } from './step-names.ts';

/** Characters of a step's name on a button, which shows about thirty. */
const maxName = 24;

/** The row of them; none where no order would be taken. */
export function orderButtons(run: RunState, playbook: Playbook): readonly KnownBlock[] {
  const keysOf = new Map(offeredOrders(run, playbook, run.startedAt).map(({ order, keys }) => [order, keys]));
  const name = (key: string) => shortName(plainStepName(key, playbook));
  const buttons: Button[] = [];
  const offer = (order: 'done' | 'retry' | 'compensate' | 'resume', label: string, confirm?: Button['confirm']) =>
    buttons.push({ id: `run_${order}`, label, value: run.runId, ...(confirm ? { confirm } : {}) });
  const done = keysOf.get('done')?.[0];
  const isUnclear = done !== undefined;
  if (done !== undefined) offer('done', `${name(done)} did take effect`, doneConfirm(plainStepName(done, playbook)));
  if (run.paused && !isTerminal(run.status) && keysOf.has('resume')) offer('resume', 'Resume');
  const again = keysOf.get('retry');
  if (again) offer('retry', retryLabel(again, { isUnclear, name }));
  const undone = keysOf.get('compensate') ?? [];
  if (undone.length > 0)
    offer('compensate', undone.length === 1 ? `Undo ${name(undone[0] ?? '')}` : `Undo ${undone.length} steps`, {
      title: 'Undo the run?',
      text: `${orderEffect.compensate} In this order: ${joinWithin(
        undone.map((key) => plainStepName(key, playbook)),
        ', ',
        150,
        6,
      )}.`,
      yes: 'Undo',
    });
  return buttons.length === 0 ? [] : [buttonRow(`orders_${run.runId}_${run.status}_${run.fence}`, buttons)];
}

const shortName = (name: string) => (name.length <= maxName ? name : `${name.slice(0, maxName - 1).trimEnd()}…`);

const doneConfirm = (name: string): NonNullable<Button['confirm']> => ({
  title: 'Did it take effect?',
  text: `${name.slice(0, 150)} counts as done, and the run goes on from there. Nothing is carried out again.`,
  yes: 'It did',
});

function retryLabel(
  keys: readonly string[],
  { isUnclear, name }: { readonly isUnclear: boolean; readonly name: (key: string) => string },
): string {
  const [only, ...others] = keys;
  if (only === undefined) return 'Go on where it stood';
  if (others.length > 0) return `Retry ${keys.length} steps`;
  if (isUnclear) return 'It did not: try again';
  return isUndo(only) ? `Retry undo of ${name(only)}` : `Retry ${name(only)}`;
}
