// Does automation keep its word, what does it cost, how are incidents? For whoever answers for it; over days and months.
import type { Board } from './dashboard.ts';
import { number, series, table } from './panels.ts';
import { of, quantile, ratio, summed } from './select.ts';

const ended = of('runs_ended_total', ['playbook', 'class']);
const succeeded = of('runs_ended_total', ['playbook', 'class'], 'outcome="succeeded"');
const slaKept = (within: string) =>
  `1 - sum(increase(${of('runs_over_sla_total', ['playbook', 'class'])}[${within}])) / sum(increase(${ended}[${within}]) * on (playbook) group_left max by (playbook) (${of('playbook_sla_seconds', ['playbook'])} > bool 0))`;
/** Of the share that may go wrong, what is left: 1 when nothing went wrong, below 0 when it is overdrawn. */
const budgetLeft = (good: string, objective: number) => `1 - (1 - ${good}) / ${Number((1 - objective).toFixed(4))}`;
const increases = (metric: string, within: string) => `increase(${metric}[${within}])`;
const deliveries = of('deliveries_total', ['source']);
const notTaken = of('deliveries_total', ['source'], 'outcome=~"not_stored|internal|too_busy"');
const slackCalls = of('slack_calls_total', [], 'outcome!="rate_limited"');
const perRun = (cost: string) =>
  ratio(increases(of(cost, ['playbook']), '7d'), increases(of('runs_ended_total', ['playbook']), '7d'), 'playbook');

/** The board. */
export const executive: Board = {
  uid: 'firebreak-executive',
  title: 'Firebreak: executive',
  about: 'Whether automation keeps its word, what it costs, and how incidents go.',
  from: 'now-30d',
  refresh: '5m',
  choices: ['job', 'class', 'playbook', 'severity', 'source'],
  rows: [
    [
      'Does automation keep its word?',
      [
        number({
          title: 'Runs that succeeded, 24 h',
          about:
            'Share of the runs that ended in the last day, by class of their playbook. Goal: 99.9 % of critical ones.',
          queries: [[ratio(increases(succeeded, '24h'), increases(ended, '24h'), 'class'), '{{class}}']],
          unit: 'percentunit',
          badBelow: 0.999,
        }),
        number({
          title: 'Runs that succeeded, 7 days',
          about: 'The same over a week.',
          queries: [[ratio(increases(succeeded, '7d'), increases(ended, '7d'), 'class'), '{{class}}']],
          unit: 'percentunit',
          badBelow: 0.999,
        }),
        number({
          title: 'Error budget left, 30 days',
          about:
            'Of what may go wrong, what is left: of runs of class critical (99.9 % succeed), of deliveries (99.9 % are taken), of calls of Slack (99 % work). Below 0 it is overdrawn. `firebreak slo` says the same of what each playbook promises.',
          queries: [
            [
              budgetLeft(
                ratio(
                  increases(of('runs_ended_total', ['playbook'], 'class="critical",outcome="succeeded"'), '30d'),
                  increases(of('runs_ended_total', ['playbook'], 'class="critical"'), '30d'),
                ),
                0.999,
              ),
              'critical runs',
            ],
            [
              budgetLeft(`(1 - ${ratio(increases(notTaken, '30d'), increases(deliveries, '30d'))})`, 0.999),
              'deliveries',
            ],
            [
              budgetLeft(
                ratio(increases(of('slack_calls_total', [], 'outcome="ok"'), '30d'), increases(slackCalls, '30d')),
                0.99,
              ),
              'Slack',
            ],
          ],
          unit: 'percentunit',
          badBelow: 0,
        }),
        number({
          title: 'Control plane there, 30 days',
          about: 'Share of scrapes that were answered, and of those at which the database answered. Goal: 99.95 %.',
          queries: [
            ['avg(avg_over_time(up{job=~"$job"}[30d]) and on (job, instance) firebreak_database_answered)', 'process'],
            [`avg(avg_over_time(${of('database_answered')}[30d]))`, 'database'],
          ],
          unit: 'percentunit',
          badBelow: 0.9995,
        }),
        series({
          title: 'Within SLA, by month',
          about:
            'Share of the runs of playbooks with an SLA that took no longer. A bar is a month of 30 days; Prometheus shows as many as it keeps (`--storage.tsdb.retention.time`).',
          queries: [[slaKept('30d'), 'within SLA']],
          unit: 'percentunit',
          bars: true,
          step: '30d',
          back: '360d',
        }),
        series({
          title: 'How long runs take',
          about: 'From the start of a run to its end, over a day.',
          queries: [0.5, 0.95, 0.99].map((share) => [
            quantile(share, of('run_duration_seconds_bucket', ['playbook', 'class']), { within: '1d' }),
            `p${share * 100}`,
          ]),
          unit: 's',
        }),
        number({
          title: 'Records that are whole',
          about:
            'Share of the runs of the last day whose record a checkpoint covers and nothing contradicts. Goal: 100 %.',
          queries: [[`min(${of('record_complete_ratio')})`, 'whole']],
          unit: 'percentunit',
          badBelow: 1,
          width: 4,
          height: 8,
        }),
        number({
          title: 'May have happened twice, 30 days',
          about: 'Steps of which a late result says that they took effect after they were tried again. Goal: 0.',
          queries: [[summed(increases(of('step_duplicate_outcomes_total'), '30d')), 'duplicates']],
          unit: 'none',
          badFrom: 1,
          width: 4,
          height: 8,
        }),
      ],
    ],
    [
      'What does it cost?',
      [
        series({
          title: 'Machine time of a run',
          about: 'Seconds that steps of a run took, a week on average.',
          queries: [[perRun('cost_machine_seconds_total'), '{{playbook}}']],
          unit: 's',
        }),
        series({
          title: 'Human waiting time of a run',
          about: 'How long a run waited for people to decide, a week on average.',
          queries: [[perRun('cost_human_wait_seconds_total'), '{{playbook}}']],
          unit: 's',
        }),
        series({
          title: 'Attempts of a run',
          about: 'Calls of actions in a run, a week on average.',
          queries: [[perRun('cost_attempts_total'), '{{playbook}}']],
          unit: 'none',
        }),
      ],
    ],
    [
      'How do incidents go?',
      [
        series({
          title: 'Incidents opened',
          about: 'In a day, by severity; 1 is the worst.',
          queries: [
            [summed(increases(of('incidents_opened_total', ['severity']), '1d'), 'severity'), 'severity {{severity}}'],
          ],
          bars: true,
          step: '1d',
        }),
        series({
          title: 'Time to acknowledge, contain, recover (median)',
          about: 'From when an incident was opened, over a week.',
          queries: (['acknowledge', 'containment', 'recovery'] as const).map((what) => [
            quantile(0.5, of(`incident_${what}_seconds_bucket`, ['severity']), { within: '7d' }),
            what,
          ]),
          unit: 's',
        }),
        series({
          title: 'Time to remediate (median)',
          about:
            'From when an incident was opened until a run that one of its alerts started succeeded, over a week. Goal for critical ones: below 30 minutes.',
          queries: [
            [quantile(0.5, of('remediation_seconds_bucket', ['class']), { by: 'class', within: '7d' }), '{{class}}'],
          ],
          unit: 's',
        }),
        series({
          title: 'Approvals: how long people take (median), and how many expire',
          about: 'From a request to its end, over a week; and the share of requests that nobody decided in time.',
          queries: [
            [quantile(0.5, of('approval_wait_seconds_bucket'), { within: '7d' }), 'seconds'],
            [
              `sum(increase(${of('approvals_decided_total', ['playbook'], 'decision="expired"')}[7d])) / sum(increase(${of('approvals_requested_total', ['playbook'])}[7d]))`,
              'share that expired',
            ],
          ],
        }),
        table({
          title: 'Escalations, 7 days',
          about: 'Where people were called because something did not go on by itself, the most first.',
          queries: [
            [
              `sort_desc(round(${summed(increases(of('escalations_total', ['playbook']), '7d'), 'playbook, kind')}) > 0)`,
              '',
            ],
          ],
          unit: 'none',
          links: [{ title: 'The playbook', url: '$firebreak/playbooks/${__data.fields.playbook}' }],
        }),
        series({
          title: 'Escalations and interventions per run',
          about:
            'How often people were called, and how often they stepped in, per run of the last day. Goal: low single digits of percent.',
          queries: [
            [ratio(increases(of('escalations_total', ['playbook']), '1d'), increases(ended, '1d')), 'called'],
            [
              ratio(increases(of('manual_interventions_total', ['playbook']), '1d'), increases(ended, '1d')),
              'stepped in',
            ],
          ],
          unit: 'percentunit',
        }),
        number({
          title: 'Does automation help? 7 days',
          about: 'Share of the runs that alerts started which succeeded, and how many acted on an alert that was over.',
          queries: [
            [
              ratio(
                increases(of('runs_ended_total', ['playbook', 'class'], 'trigger="alert",outcome="succeeded"'), '7d'),
                increases(of('runs_ended_total', ['playbook', 'class'], 'trigger="alert"'), '7d'),
              ),
              'succeeded',
            ],
            [
              ratio(
                increases(of('runs_false_positive_total', ['playbook']), '7d'),
                increases(of('runs_started_total', ['playbook', 'class'], 'trigger="alert"'), '7d'),
              ),
              'false positives',
            ],
          ],
          unit: 'percentunit',
          width: 8,
          height: 8,
        }),
      ],
    ],
  ],
};
