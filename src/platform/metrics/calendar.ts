// Metrics of what Firebreak does by its own calendar and what it promises: slots of schedules, error budgets, dead-man's switches.
import type { SloLine } from '../../core/slo/report.ts';
import type { Change } from '../../ports/ledger.ts';
import type { KnownPlaybook } from './counted-events.ts';
import type { Instruments } from './instruments.ts';

/** How a slot comes out. */
const slotOutcomes = ['started', 'refused', 'missed'] as const;

/** Makes them. */
export function calendarMetrics(
  { counter, gauge }: Instruments,
  playbooks: ReadonlyMap<string, Pick<KnownPlaybook, 'isScheduled'>>,
) {
  const slots = counter({
    name: 'firebreak_schedule_slots_total',
    help: 'Slots of schedules by what became of them (started, refused, missed)',
    labels: ['playbook', 'outcome'],
  });
  const pings = counter({
    name: 'firebreak_deadman_pings_total',
    help: "Pings of dead-man's switches that this process sent, by whether their target heard them (heard, unheard)",
    labels: ['outcome'],
  });
  for (const [playbook, { isScheduled }] of playbooks)
    if (isScheduled) for (const outcome of slotOutcomes) slots({ playbook, outcome }, 0);
  let lines: readonly SloLine[] = [];
  gauge({
    name: 'firebreak_slo_budget_remaining_ratio',
    help: 'What is left of an error budget by the last look of this process, 1: all of it, below 0: more than there was; `playbook` is `*` for Firebreak as a whole',
    labels: ['playbook', 'objective'],
    collect(add) {
      for (const { subject: playbook, objective, budgetLeft } of lines)
        if (budgetLeft !== null) add({ playbook, objective }, budgetLeft);
    },
  });
  return {
    /** Counts what became durable of the system stream. */
    countSlots(change: Change): void {
      if (change.stream !== 'system') return;
      // What is stored was typed when it was decided, and is not parsed anew for being counted.
      for (const { type, data } of change.events) {
        const playbook = String(data.playbook);
        if (type === 'slot.started') slots({ playbook, outcome: 'started' });
        if (type === 'slot.refused') slots({ playbook, outcome: 'refused' });
        if (type === 'slots.missed') slots({ playbook, outcome: 'missed' }, Number(data.count));
      }
    },
    countPing: (outcome: 'heard' | 'unheard') => pings({ outcome }),
    setSlo(looked: readonly SloLine[]): void {
      lines = looked;
    },
  };
}
