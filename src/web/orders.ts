// What can be ordered of a run, for those who may: a folded form, so that nothing big is one click away. Gives no order itself.
import type { ApiRun } from '../contract/run.ts';
import { button, element } from './elements.ts';

/** What each order does, in the words of its button. */
const labels = {
  retry: 'Try again what failed',
  compensate: 'Undo what was done',
  cancel: 'Cancel',
  pause: 'Pause',
  resume: 'Go on',
  done: 'It did take effect',
} as const;
/** An order that has a button. */
export type PageOrder = keyof typeof labels;

/** How orders are given; `lacking`: why they are not; null: they are. */
export type Ordering = {
  readonly lacking: string | null;
  readonly give: (run: ApiRun, order: PageOrder, reason: string) => void;
};

/** What is begun by run, because a run that changes meanwhile is drawn anew. */
const begun = new Map<string, { readonly isOpen: boolean; readonly reason: string }>();

/** The orders that are open to a run, with why they are not for whoever looks. */
export function drawOrders(run: ApiRun, { lacking, give }: Ordering): HTMLElement {
  const text = `Open orders: ${run.orders.join(', ')}`;
  const given = (Object.keys(labels) as PageOrder[]).filter((order) => run.orders.includes(order));
  if (lacking !== null || given.length === 0)
    return element('p', { class: 'meta' }, lacking === null ? text : `${text}. ${lacking}.`);
  const reason = element('input', { id: `order-reason-${run.id}`, autocomplete: 'off', maxlength: '500' });
  const { isOpen, reason: written } = begun.get(run.id) ?? { isOpen: false, reason: '' };
  reason.value = written;
  const order = (which: PageOrder) => {
    begun.delete(run.id);
    give(run, which, reason.value.trim());
  };
  const buttons = given.map((which) =>
    button(labels[which], () => order(which), { 'aria-label': `${labels[which]}: ${run.playbook.name}` }),
  );
  const form = element(
    'details',
    isOpen ? { class: 'meta', open: '' } : { class: 'meta' },
    element('summary', {}, text),
    element('label', { for: reason.id }, 'Reason of the order, if you like'),
    reason,
    element('p', { class: 'buttons' }, ...buttons),
  );
  const keep = () => begun.set(run.id, { isOpen: form.open, reason: reason.value });
  form.addEventListener('toggle', keep);
  reason.addEventListener('input', keep);
  return form;
}
