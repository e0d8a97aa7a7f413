// Why is it slow, why does it fail: for whoever looks into it; over minutes.
import type { Board } from './dashboard.ts';
import { heatmap, links, number, series, table } from './panels.ts';
import { of, quantile, summed } from './select.ts';

const rate = (metric: string, by = '') => summed(`rate(${metric}[$__rate_interval])`, by);
const percentiles = [0.5, 0.95, 0.99];

/** The board. */
export const debug: Board = {
  uid: 'firebreak-debug',
  title: 'Firebreak: debug',
  about: 'Steps, dependencies, queues, the ledger and the processes, in detail.',
  from: 'now-1h',
  refresh: '10s',
  choices: ['job', 'playbook', 'action', 'source', 'pool'],
  run: true,
  rows: [
    [
      'Steps',
      [
        heatmap({
          title: 'How long tries of steps take',
          about: 'Tries of the chosen actions; the brighter, the more.',
          queries: [
            [summed(`increase(${of('step_duration_seconds_bucket', ['action'])}[$__rate_interval])`, 'le'), '{{le}}'],
          ],
        }),
        series({
          title: 'Tries of each action (p95), with runs',
          about: 'A point is a run: click on it to see that run. Its trace is linked on its page.',
          queries: [[quantile(0.95, of('step_duration_seconds_bucket', ['action']), { by: 'action' }), '{{action}}']],
          unit: 's',
          exemplars: true,
          width: 12,
          height: 9,
        }),
        series({
          title: 'How long runs take by outcome (p95), with runs',
          about: 'Points of outcome `failed` are the recent failures: click on one to see the run.',
          queries: [
            [quantile(0.95, of('run_duration_seconds_bucket', ['playbook']), { by: 'outcome' }), '{{outcome}}'],
          ],
          unit: 's',
          exemplars: true,
        }),
        series({
          title: 'Errors by class and dependency',
          about: 'Tries of steps that failed.',
          queries: [[rate(of('step_failures_total', ['action']), 'action, error'), '{{action}} {{error}}']],
          unit: 'reqps',
        }),
        series({
          title: 'Retries',
          about: 'By playbook and class of the error.',
          queries: [[rate(of('step_retries_total', ['playbook']), 'playbook, error'), '{{playbook}} {{error}}']],
          unit: 'reqps',
        }),
        table({
          title: 'Tries of steps, 1 h',
          about: 'By playbook, step and how they ended.',
          queries: [
            [
              `round(${summed(`increase(${of('step_attempts_total', ['playbook'])}[1h])`, 'playbook, step, outcome')}) > 0`,
              '',
            ],
          ],
          unit: 'none',
          width: 12,
          links: [{ title: 'The playbook', url: '$firebreak/playbooks/${__data.fields.playbook}' }],
        }),
        number({
          title: 'Doubtful outcomes, 1 h',
          about:
            'Tries of which it is unknown whether they took effect; results that came late; steps that waited for an open breaker.',
          queries: [
            [`round(sum(increase(${of('step_outcomes_unknown_total', ['playbook'])}[1h]))) or vector(0)`, 'unknown'],
            [`round(sum(increase(${of('step_late_results_total')}[1h]))) or vector(0)`, 'late'],
            [`round(sum(increase(${of('steps_held_total', ['playbook'])}[1h]))) or vector(0)`, 'held'],
          ],
          unit: 'none',
          width: 6,
          height: 8,
        }),
        number({
          title: 'Undoing and evidence, 1 h',
          about:
            'Runs that undid what they had done; runs that left something half done; evidence that was to be kept and was not.',
          queries: [
            [
              `round(sum by (outcome) (increase(${of('compensations_ended_total', ['playbook'])}[1h])))`,
              'undone: {{outcome}}',
            ],
            [`round(sum(increase(${of('runs_partial_total', ['playbook'])}[1h])))`, 'half done'],
            [`round(sum(increase(${of('evidence_total', [], 'outcome="missed"')}[1h])))`, 'evidence missed'],
          ],
          unit: 'none',
          width: 6,
          height: 8,
        }),
      ],
    ],
    [
      'What is recorded',
      [
        series({
          title: 'Events by type',
          about: 'What the timelines grow by.',
          queries: [[rate(of('events_total'), 'type'), '{{type}}']],
          unit: 'reqps',
          bars: true,
          width: 12,
        }),
        links(
          'The record of one run',
          [
            '[The run of the field above]($firebreak/runs/$run), with its record as it grows, its trace, what it waits for and how it is undone',
            '`firebreak runs show RUN --watch` says the same in a terminal',
          ],
          12,
        ),
        series({
          title: 'Appends to the ledger',
          about: 'How long they took until they were durable.',
          queries: percentiles.map((share) => [quantile(share, of('ledger_append_seconds_bucket')), `p${share * 100}`]),
          unit: 's',
        }),
        series({
          title: 'Appends that were decided anew',
          about: 'Because a stream had moved on, or its key was held.',
          queries: [
            [`(${rate(of('ledger_conflicts_total'), 'stream, outcome')}) or vector(0)`, '{{stream}} {{outcome}}'],
          ],
          unit: 'reqps',
        }),
        series({
          title: 'Waits for a checkpoint',
          about: 'For how long the stream that moved first waits to be sealed, and how many streams wait.',
          queries: [
            [`max(${of('ledger_unsealed_seconds')})`, 'seconds'],
            [`max(${of('ledger_unsealed_streams')})`, 'streams'],
          ],
          unit: 'none',
        }),
      ],
    ],
    [
      'Queues and workers',
      [
        series({
          title: 'From queue to process (p95)',
          about: 'From when a job could begin until a process began it.',
          queries: [[quantile(0.95, of('queue_hop_seconds_bucket'), { by: 'queue' }), '{{queue}}']],
          unit: 's',
        }),
        series({
          title: 'Slots of each worker in use',
          about: 'Share, by process.',
          queries: [
            [
              `sum by (instance, pool) (${of('worker_slots_used', ['pool'])}) / sum by (instance, pool) (${of('worker_slots', ['pool'])})`,
              '{{instance}} {{pool}}',
            ],
          ],
          unit: 'percentunit',
        }),
        series({
          title: 'Workers whose lease has not ended',
          about: 'By pool.',
          queries: [[`max by (pool) (${of('workers_alive', ['pool'])})`, '{{pool}}']],
          unit: 'none',
        }),
        series({
          title: 'Event loop (p99)',
          about: 'How late a process comes to what is due in it.',
          queries: [['max by (instance) (nodejs_eventloop_lag_p99_seconds{job=~"$job"})', '{{instance}}']],
          unit: 's',
        }),
        series({
          title: 'Processor time',
          about: 'Cores in use, by process.',
          queries: [
            ['sum by (instance) (rate(process_cpu_seconds_total{job=~"$job"}[$__rate_interval]))', '{{instance}}'],
          ],
          unit: 'none',
        }),
        series({
          title: 'Memory',
          about: 'Resident, by process.',
          queries: [['sum by (instance) (process_resident_memory_bytes{job=~"$job"})', '{{instance}}']],
          unit: 'bytes',
        }),
      ],
    ],
    [
      'What comes in, what goes to Slack',
      [
        series({
          title: 'From sender to incident (p95)',
          about: 'From when an alert began, by its sender, until it stood in an incident.',
          queries: [[quantile(0.95, of('alert_lag_seconds_bucket', ['source']), { by: 'source' }), '{{source}}']],
          unit: 's',
        }),
        series({
          title: 'Deliveries by source and outcome',
          about: 'A `code` is what they were answered.',
          queries: [[`${rate(of('deliveries_total', ['source']), 'source, outcome')} > 0`, '{{source}} {{outcome}}']],
          unit: 'reqps',
        }),
        series({
          title: 'Told to nobody',
          about: 'Notifications that were held back, by what held them.',
          queries: [[rate(of('alerts_suppressed_total'), 'by'), '{{by}}']],
          unit: 'reqps',
        }),
        series({
          title: 'Requests that were refused',
          about: 'By where and why.',
          queries: [[rate(of('refused_requests_total'), 'at, reason'), '{{at}} {{reason}}']],
          unit: 'reqps',
        }),
        series({
          title: 'Calls of Slack',
          about: 'By family of methods and how they ended.',
          queries: [[rate(of('slack_calls_total'), 'family, outcome'), '{{family}} {{outcome}}']],
          unit: 'reqps',
        }),
        series({
          title: 'Waits for the rates of Slack (p95)',
          about: 'By lane.',
          queries: [[quantile(0.95, of('slack_lane_delay_seconds_bucket'), { by: 'lane' }), '{{lane}}']],
          unit: 's',
        }),
      ],
    ],
  ],
};
