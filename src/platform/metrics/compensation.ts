// Metrics of compensation: how often what was done is undone, and whether that succeeds.
import type { EventCounters } from './counted-events.ts';
import type { Instruments } from './instruments.ts';

/** Makes them. */
export function compensationMetrics({ counter }: Instruments): EventCounters {
  const started = counter({
    name: 'firebreak_compensations_started_total',
    help: 'Runs that began to undo what they had done, by playbook',
    labels: ['playbook'],
  });
  const ended = counter({
    name: 'firebreak_compensations_ended_total',
    help: 'Runs that ended undoing what they had done, by playbook and outcome (succeeded, failed)',
    labels: ['playbook', 'outcome'],
  });
  return {
    'run.compensation_started': ({ playbook }) => started({ playbook }),
    'run.compensated': ({ playbook }) => ended({ playbook, outcome: 'succeeded' }),
    'run.compensation_failed': ({ playbook }) => ended({ playbook, outcome: 'failed' }),
  };
}
