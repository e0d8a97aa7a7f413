// Metrics of what automation could not do alone: people who were called, and what they did to runs. Approvals have metrics of their own.
import { type CountedRunEvent, type EventCounters, isPerson, type KnownPlaybook } from './counted-events.ts';
import type { Instruments } from './instruments.ts';

/** Makes them. */
export function peopleMetrics({ counter }: Instruments, playbooks: ReadonlyMap<string, KnownPlaybook>): EventCounters {
  const escalations = counter({
    name: 'firebreak_escalations_total',
    help: 'Times that people were called because something did not go on by itself, by playbook and what (approval, step, outcome, undo)',
    labels: ['playbook', 'kind'],
  });
  const interventions = counter({
    name: 'firebreak_manual_interventions_total',
    help: 'What people did to runs besides deciding about approvals, by playbook and what it was',
    labels: ['playbook', 'kind'],
  });
  for (const playbook of playbooks.keys())
    for (const kind of ['approval', 'step', 'outcome', 'undo']) escalations({ playbook, kind }, 0);
  const byPerson =
    (kind: string) =>
    ({ actor, playbook }: Omit<CountedRunEvent<'run.paused'>, 'data'>): void => {
      if (isPerson(actor)) interventions({ playbook, kind });
    };
  return {
    'approval.escalated': ({ playbook }) => escalations({ playbook, kind: 'approval' }),
    'step.failed': ({ playbook, data }) => {
      if (data.escalated) escalations({ playbook, kind: 'step' });
    },
    'step.outcome_unknown': ({ playbook, data }) => {
      if (data.resolution === 'ask') escalations({ playbook, kind: 'outcome' });
    },
    'run.compensation_failed': ({ playbook }) => escalations({ playbook, kind: 'undo' }),
    'run.paused': byPerson('pause'),
    'run.resumed': byPerson('resume'),
    'run.cancel_requested': byPerson('cancel'),
    'run.retried': byPerson('retry'),
    'run.compensation_started': byPerson('compensate'),
    'step.skipped': byPerson('skip'),
    'step.succeeded': ({ playbook, data }) => {
      if (data.byPerson) interventions({ playbook, kind: 'mark_done' });
    },
  };
}
