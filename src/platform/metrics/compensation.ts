// Metrics of compensation: how often what was done is undone, and whether that succeeds.
import type { EventCounters, KnownPlaybook } from './counted-events.ts';
import type { Instruments } from './instruments.ts';

/** Makes them. */
export function compensationMetrics(
  { counter }: Instruments,
  playbooks: ReadonlyMap<string, KnownPlaybook>,
): EventCounters {
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
  for (const playbook of playbooks.keys()) {
    started({ playbook }, 0);
    for (const outcome of ['succeeded', 'failed']) ended({ playbook, outcome }, 0);
  }
  return {
    'run.compensation_started': ({ playbook }) => started({ playbook }),
    'run.compensated': ({ playbook }) => ended({ playbook, outcome: 'succeeded' }),
    'run.compensation_failed': ({ playbook }) => ended({ playbook, outcome: 'failed' }),
  };
}
