// Metrics of steps: tries, how they end and how long they take, what is unclear afterwards, and what was kept as evidence.
import { nodeOf, stepOf } from '../../core/run/state.ts';
import type { CountedRunEvent, EventCounters, KnownPlaybook } from './counted-events.ts';
import { type ExemplarOf, type Instruments, workBuckets } from './instruments.ts';

/** What they are made of. */
type StepMetricsParts = {
  readonly playbooks: ReadonlyMap<string, KnownPlaybook>;
  readonly exemplarOf: ExemplarOf;
};

type Tried = CountedRunEvent<'step.succeeded' | 'step.failed' | 'step.retry_scheduled'>;
type Late = CountedRunEvent<'step.late_result'>;

/** Makes them. */
export function stepMetrics(instruments: Instruments, { playbooks, exemplarOf }: StepMetricsParts): EventCounters {
  const { counter } = instruments;
  const tried = countTries(instruments, { playbooks, exemplarOf });
  const retries = counter({
    name: 'firebreak_step_retries_total',
    help: 'Tries that failed and are made again, by playbook and class of the error',
    labels: ['playbook', 'error'],
  });
  const unknown = counter({
    name: 'firebreak_step_outcomes_unknown_total',
    help: 'Tries of which it is unknown whether they took effect, by playbook and what settles it (repeat, probe, ask)',
    labels: ['playbook', 'resolution'],
  });
  const held = counter({
    name: 'firebreak_steps_held_total',
    help: 'Times that a step waited because the circuit breaker of its target was open',
    labels: ['playbook'],
  });
  return {
    'step.succeeded': tried('succeeded'),
    'step.failed': tried('failed'),
    'step.retry_scheduled': (event) => {
      tried('retried')(event);
      retries({ playbook: event.playbook, error: event.data.error.class });
    },
    'step.outcome_unknown': ({ playbook, data }) => unknown({ playbook, resolution: data.resolution }),
    'step.held': ({ playbook }) => held({ playbook }),
    'step.late_result': countLate(instruments),
  };
}

function countTries({ counter, histogram }: Instruments, { playbooks, exemplarOf }: StepMetricsParts) {
  const attempts = counter({
    name: 'firebreak_step_attempts_total',
    help: 'Tries of steps, by playbook, step and how they ended (succeeded, failed, retried)',
    labels: ['playbook', 'step', 'outcome'],
  });
  const failures = counter({
    name: 'firebreak_step_failures_total',
    help: 'Tries of steps that failed, by action and class of the error',
    labels: ['action', 'error'],
  });
  const duration = histogram({
    name: 'firebreak_step_duration_seconds',
    help: 'Duration of tries of steps, by action and outcome',
    labels: ['action', 'outcome'],
    buckets: workBuckets,
    exemplars: true,
  });
  const evidence = counter({
    name: 'firebreak_evidence_total',
    help: 'Pieces of evidence that steps were to keep, by whether they did (kept, missed)',
    labels: ['outcome'],
  });
  for (const outcome of ['kept', 'missed']) evidence({ outcome }, 0);
  return (outcome: 'succeeded' | 'failed' | 'retried') =>
    ({ run, playbook, data }: Tried): void => {
      // Attempt 0 failed before any action was called: people said no, or nothing could be planned.
      if (data.attempt === 0) return;
      const step = stepOf(data.step);
      const action = playbooks.get(playbook)?.actions.get(step) ?? 'unknown';
      attempts({ playbook, step, outcome });
      if ('error' in data) failures({ action, error: data.error.class });
      evidence({ outcome: 'kept' }, data.artifacts?.length ?? 0);
      evidence({ outcome: 'missed' }, data.uncaptured?.length ?? 0);
      duration({ action, outcome }, data.durationMs / 1000, exemplarOf(run.runId));
    };
}

function countLate({ counter }: Instruments) {
  const late = counter({
    name: 'firebreak_step_late_results_total',
    help: 'Results that came from a worker which had lost the step, by what they say (succeeded, failed)',
    labels: ['outcome'],
  });
  const duplicates = counter({
    name: 'firebreak_step_duplicate_outcomes_total',
    help: 'Late results that say that a step took effect which was tried again since: it may have taken effect twice',
  });
  duplicates({}, 0);
  return ({ run, data }: Late): void => {
    const outcome = data.outcome === 'succeeded' ? 'succeeded' : 'failed';
    late({ outcome });
    if (outcome === 'succeeded' && nodeOf(run, data.step).attempts > data.attempt) duplicates({});
  };
}
