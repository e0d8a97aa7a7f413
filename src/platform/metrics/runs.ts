// Metrics of runs: how many, how they end, how long they take, what they are at.
import { alertOf } from '../../core/incident/state.ts';
import { PlaybookClass } from '../../core/playbook/playbook.ts';
import { isDrill } from '../../core/run/drill.ts';
import type { RunState } from '../../core/run/state.ts';
import type { Gauges } from '../../ports/metrics.ts';
import { type CountedRunEvent, type EventCounters, type KnownPlaybook, secondsBetween } from './counted-events.ts';
import type { Looked } from './incidents.ts';
import { type ExemplarOf, type Instruments, waitBuckets, workBuckets } from './instruments.ts';

/** What they are made of. */
type RunMetricsParts = {
  readonly look: Looked<Gauges>;
  readonly playbooks: ReadonlyMap<string, KnownPlaybook>;
  readonly exemplarOf: ExemplarOf;
  /** Runs that are stuck, each once, by the latest look. */
  readonly stuck: () => readonly { readonly playbook: string; readonly state: string }[];
};

/** Makes them. */
export function runMetrics(instruments: Instruments, parts: RunMetricsParts): EventCounters {
  const { counter, histogram } = instruments;
  const started = counter({
    name: 'firebreak_runs_started_total',
    help: 'Runs that were started, by playbook, its class, and what started them (alert, manual, run, schedule; drill for every exercise)',
    labels: ['playbook', 'class', 'trigger'],
  });
  const delay = histogram({
    name: 'firebreak_run_start_delay_seconds',
    help: 'From when a run was started until its first step began',
    labels: ['class'],
    buckets: workBuckets,
  });
  const falseStarts = counter({
    name: 'firebreak_runs_false_positive_total',
    help: 'Runs by alert whose first step began when that alert fired no more: false positives that were acted on',
    labels: ['playbook'],
  });
  const overSla = counter({
    name: 'firebreak_runs_over_sla_total',
    help: 'Runs that took longer than the SLA of their playbook',
    labels: ['playbook', 'class'],
  });
  // Here and in other subjects: seen before it happens, so that an increase is seen of the first one.
  for (const [playbook, { class: of, hasTriggers, isScheduled, slaMs }] of parts.playbooks) {
    for (const trigger of startsOf({ hasTriggers, isScheduled })) started({ playbook, class: of, trigger }, 0);
    if (hasTriggers) falseStarts({ playbook }, 0);
    if (slaMs !== null) overSla({ playbook, class: of }, 0);
  }
  const ended = countEnds(instruments, parts);
  addGauges(instruments.gauge, parts);
  return {
    'run.started': ({ playbook, class: of, data }) => started({ playbook, class: of, trigger: startOf(data) }),
    'step.started': ({ at, run, playbook, class: of, data, incident }) => {
      if (data.fence !== 1) return;
      delay({ class: of }, secondsBetween(run.startedAt, at));
      const { trigger } = run;
      if (trigger.type === 'alert' && alertOf(incident, trigger.fingerprint)?.status === 'resolved')
        falseStarts({ playbook });
    },
    'run.overdue': ({ playbook, class: of }) => overSla({ playbook, class: of }),
    'run.succeeded': ended('succeeded'),
    'run.failed': ended('failed'),
    'run.cancelled': ended('cancelled'),
    'run.compensated': ended('compensated'),
    'run.compensation_failed': ended('compensation_failed'),
  };
}

/** What started a run; an exercise counts as one, whatever started it. */
const startOf = (run: Pick<RunState, 'trigger'>) => (isDrill(run) ? 'drill' : run.trigger.type);

/** What most often starts a playbook. */
const startsOf = ({ hasTriggers, isScheduled }: Pick<KnownPlaybook, 'hasTriggers' | 'isScheduled'>) => [
  'manual',
  ...(hasTriggers ? ['alert'] : []),
  ...(isScheduled ? ['schedule'] : []),
];

function countEnds(
  { counter, histogram }: Instruments,
  { exemplarOf, playbooks }: Pick<RunMetricsParts, 'exemplarOf' | 'playbooks'>,
) {
  const ended = counter({
    name: 'firebreak_runs_ended_total',
    help: 'Runs that ended, by playbook, its class, outcome, and what started them; one that people go on with ends again',
    labels: ['playbook', 'class', 'outcome', 'trigger'],
  });
  const duration = histogram({
    name: 'firebreak_run_duration_seconds',
    help: 'From when a run was started until it ended, by playbook, its class and outcome',
    labels: ['playbook', 'class', 'outcome'],
    buckets: waitBuckets,
    exemplars: true,
  });
  const partial = counter({
    name: 'firebreak_runs_partial_total',
    help: 'Runs that ended without success while something that they did stands',
    labels: ['playbook'],
  });
  const remediation = histogram({
    name: 'firebreak_remediation_seconds',
    help: 'From when an incident was opened until a run that one of its alerts had started succeeded',
    labels: ['class'],
    buckets: waitBuckets,
    seen: PlaybookClass.options.map((of) => ({ class: of })),
  });
  for (const [playbook, { class: of, hasTriggers, isScheduled }] of playbooks) {
    partial({ playbook }, 0);
    for (const trigger of startsOf({ hasTriggers, isScheduled }))
      for (const outcome of ['succeeded', 'failed']) ended({ playbook, class: of, outcome, trigger }, 0);
  }
  return (outcome: RunState['status']) =>
    ({ at, run, playbook, class: of, incident }: Omit<CountedRunEvent<'run.succeeded'>, 'data'>): void => {
      ended({ playbook, class: of, outcome, trigger: startOf(run) });
      const example = exemplarOf(run.runId);
      duration({ playbook, class: of, outcome }, secondsBetween(run.startedAt, at), example);
      if (outcome === 'succeeded' && run.trigger.type === 'alert')
        remediation({ class: of }, secondsBetween(incident.openedAt, at));
      const isUndone = outcome === 'succeeded' || outcome === 'compensated';
      if (!isUndone && run.completed.length > 0) partial({ playbook });
    };
}

function addGauges(gauge: Instruments['gauge'], { look, playbooks, stuck }: RunMetricsParts): void {
  const rows = async () => (await look())?.runs ?? [];
  gauge({
    name: 'firebreak_runs_active',
    help: 'Runs that have not ended, by playbook and what they are at',
    labels: ['playbook', 'state'],
    async collect(add) {
      for (const { playbook, state, count } of await rows()) add({ playbook, state }, count);
    },
  });
  gauge({
    name: 'firebreak_runs_state_oldest_seconds',
    help: 'Of runs that have not ended, by what they are at: how long ago the last thing happened in the one where that is longest',
    labels: ['state'],
    async collect(add) {
      const found = await rows();
      for (const state of new Set(found.map((row) => row.state)))
        add({ state }, Math.max(...found.map((row) => (row.state === state ? row.oldestMs : 0))) / 1000);
    },
  });
  gauge({
    name: 'firebreak_runs_stuck',
    help: 'Runs that are stuck by the latest look of this process: in one state for longer than twice its usual time, than their SLA, or, where neither is known, than two hours',
    labels: ['playbook', 'state'],
    async collect(add) {
      const counts = new Map<string, { readonly playbook: string; readonly state: string; count: number }>();
      const at = (playbook: string, state: string) => {
        const key = JSON.stringify([playbook, state]);
        const known = counts.get(key) ?? { playbook, state, count: 0 };
        counts.set(key, known);
        return known;
      };
      // What is open and not stuck is zero, and no gap.
      for (const { playbook, state } of await rows()) at(playbook, state);
      for (const { playbook, state } of stuck()) at(playbook, state).count += 1;
      for (const { playbook, state, count } of counts.values()) add({ playbook, state }, count);
    },
  });
  gauge({
    name: 'firebreak_runs_active_over_sla',
    help: 'Runs that have not ended and take longer than the SLA of their playbook',
    labels: ['playbook'],
    async collect(add) {
      for (const { playbook, overSla } of await rows()) add({ playbook }, overSla);
    },
  });
  gauge({
    name: 'firebreak_playbook_info',
    help: '1 for each playbook in force, with its version and class',
    labels: ['playbook', 'version', 'class'],
    collect(add) {
      for (const [playbook, { version, class: of }] of playbooks) add({ playbook, version, class: of }, 1);
    },
  });
  gauge({
    name: 'firebreak_playbook_sla_seconds',
    help: 'Within what time the runs of a playbook should be over; playbooks without an SLA are left out',
    labels: ['playbook'],
    collect(add) {
      for (const [playbook, { slaMs }] of playbooks) if (slaMs !== null) add({ playbook }, slaMs / 1000);
    },
  });
}
