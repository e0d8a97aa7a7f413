// Metrics of what automation costs, by playbook: time of machines, time that it waited for people, tries.
import { waitOf } from './approvals.ts';
import type { CountedRunEvent, EventCounters } from './counted-events.ts';
import type { Instruments } from './instruments.ts';

/** Makes them. */
export function costMetrics({ counter }: Instruments): EventCounters {
  const machine = counter({
    name: 'firebreak_cost_machine_seconds_total',
    help: 'Seconds that tries of steps took, by playbook',
    labels: ['playbook'],
  });
  const people = counter({
    name: 'firebreak_cost_human_wait_seconds_total',
    help: 'Seconds that runs waited for people to decide about requests for approval, by playbook',
    labels: ['playbook'],
  });
  const attempts = counter({
    name: 'firebreak_cost_attempts_total',
    help: 'Calls of actions that steps made, by playbook',
    labels: ['playbook'],
  });
  const tried = ({
    playbook,
    data,
  }: Pick<CountedRunEvent<'step.succeeded' | 'step.failed' | 'step.retry_scheduled'>, 'playbook' | 'data'>): void => {
    if (data.attempt === 0) return;
    machine({ playbook }, Math.max(0, data.durationMs) / 1000);
    attempts({ playbook });
  };
  const waited = (event: CountedRunEvent<'approval.granted' | 'approval.denied' | 'approval.expired'>): void =>
    people({ playbook: event.playbook }, Math.max(0, waitOf(event) ?? 0));
  return {
    'step.succeeded': tried,
    'step.failed': tried,
    'step.retry_scheduled': tried,
    'approval.granted': waited,
    'approval.denied': waited,
    'approval.expired': waited,
  };
}
