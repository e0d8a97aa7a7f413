// Which error budgets are used up, as the system stream has it: what is recorded once, and what follows. Pure.
import type { BurnedBudget, SloLine } from '../slo/report.ts';
import { budgetChanges } from '../slo/report.ts';
import type { SystemEvent } from './events.ts';

/** The budgets that are used up, by `sloKey`. */
export type BurnedBudgets = { readonly [key: string]: BurnedBudget };

/** An event about a promise. */
export type SloEvent = Extract<SystemEvent, { type: `slo.${string}` }>;

/** True for an event about a promise. */
export const isSloEvent = <T extends { readonly type: SystemEvent['type'] }>(
  event: T,
): event is Extract<T, { readonly type: SloEvent['type'] }> => event.type.startsWith('slo.');

/** Names one promise. */
export const sloKey = ({ subject, objective }: Pick<BurnedBudget, 'subject' | 'objective'>): string =>
  `${objective}/${subject}`;

/** Somebody looked at what is promised: what has changed is recorded, each change once. */
export type RecordSlos = { readonly type: 'record_slos'; readonly lines: readonly SloLine[] };

/** What a look records. */
export function decideSlos(budgets: BurnedBudgets, { lines }: RecordSlos): readonly SloEvent[] {
  const { burned, recovered } = budgetChanges(lines, Object.values(budgets));
  const promised = new Set(lines.map(sloKey));
  return [
    ...burned.map(
      ({ subject, objective, windowMs, target, n, bad, high }): SloEvent => ({
        type: 'slo.burned',
        data: { subject, objective, windowMs, target, n, bad, high: high ?? 0 },
      }),
    ),
    ...recovered.map(
      ({ subject, objective }): SloEvent => ({
        type: 'slo.recovered',
        data: { subject, objective, promised: promised.has(sloKey({ subject, objective })) },
      }),
    ),
  ];
}

/** Folds one event. */
export function evolveSlos(budgets: BurnedBudgets, event: SloEvent & { readonly at: string }): BurnedBudgets {
  const { subject, objective } = event.data;
  const key = sloKey({ subject, objective });
  switch (event.type) {
    case 'slo.burned':
      return { ...budgets, [key]: { subject, objective, since: event.at } };
    case 'slo.recovered':
      return Object.fromEntries(Object.entries(budgets).filter(([known]) => known !== key));
  }
}
