// What burns, what stands still, what waits, and whom to ask: for whoever is on call; over hours.
import type { Board } from './dashboard.ts';
import { type Link, links, number, series, table } from './panels.ts';
import { of, quantile, summed } from './select.ts';

const ofPlaybook: readonly Link[] = [
  { title: 'The playbook, its owners and its runbook', url: '$firebreak/playbooks/${__data.fields.playbook}' },
  { title: 'Runs', url: '$firebreak/runs' },
];
/** How often within a time. A series that is younger counts whole: an increase does not see its first value. */
const newer = (metric: string, within: string, by: string) =>
  `round(${summed(`(${metric} unless ${metric} offset ${within}) or increase(${metric}[${within}])`, by)}) > 0`;

/** The board. */
export const onCall: Board = {
  uid: 'firebreak-on-call',
  title: 'Firebreak: on call',
  about: 'What fails, what stands still, what waits, and how the parts are.',
  from: 'now-6h',
  refresh: '30s',
  choices: ['job', 'playbook', 'severity', 'source', 'pool', 'action'],
  rows: [
    [
      'What is wrong now',
      [
        table({
          title: 'Alerts of Firebreak itself',
          about: 'Rules of deploy/prometheus that fire. Each has a runbook.',
          queries: [
            [
              'sum by (alertname, severity, playbook) (ALERTS{alertname=~"Firebreak.*",alertname!="FirebreakWatchdog",alertstate="firing"})',
              '',
            ],
          ],
          unit: 'none',
          width: 12,
          links: [{ title: 'The runbook', url: '$runbooks/${__data.fields.alertname}.md' }],
        }),
        number({
          title: 'Parts',
          about: '1: as it should be, 0: away. The page of Firebreak says since when and why.',
          queries: [[`min by (part) (${of('part_up')})`, '{{part}}']],
          unit: 'none',
          badBelow: 1,
          width: 12,
          height: 4,
        }),
        number({
          title: 'Processes that answer',
          about: 'Scrapes that are answered; and whether the database answered at the last one.',
          queries: [
            ['sum(up{job=~"$job"} and on (job, instance) (firebreak_database_answered or up))', 'up'],
            [`min(${of('database_answered')})`, 'database'],
          ],
          unit: 'none',
          badBelow: 1,
          width: 4,
          height: 4,
        }),
        number({
          title: 'Open incidents',
          about: 'By severity; 1 is the worst.',
          queries: [[`max by (severity) (${of('incidents_open', ['severity'])})`, 'severity {{severity}}']],
          unit: 'none',
          width: 4,
          height: 4,
        }),
        number({
          title: 'Waits for people',
          about:
            'Requests for approval that nobody has decided; what Slack still has to be told; switches that halt runs; circuit breakers that are open.',
          queries: [
            [`max(${of('approvals_open')})`, 'approvals'],
            [`max(${of('obligations_open')})`, 'owed to Slack'],
            [`sum(max by (scope) (${of('kill_switches_engaged')}))`, 'kill switches'],
            [`max(${of('breakers_open')})`, 'breakers'],
          ],
          unit: 'none',
          width: 4,
          height: 4,
        }),
      ],
    ],
    [
      'Runs that fail or stand still',
      [
        table({
          title: 'Failed, 1 h',
          about: 'Runs that failed, or could not undo what they had done.',
          queries: [
            [
              newer(
                of('runs_ended_total', ['playbook'], 'outcome=~"failed|compensation_failed"'),
                '1h',
                'playbook, class, outcome',
              ),
              '',
            ],
          ],
          unit: 'none',
          links: ofPlaybook,
        }),
        table({
          title: 'Stuck',
          about:
            'Runs in one state for longer than twice its usual time, than their SLA, or than two hours where neither is known. `firebreak stuck` names them.',
          queries: [[`max by (playbook, state) (${of('runs_stuck', ['playbook'])}) > 0`, '']],
          unit: 'none',
          links: ofPlaybook,
        }),
        table({
          title: 'Beyond their SLA',
          about: 'Runs that have not ended and take longer than they should.',
          queries: [[`max by (playbook) (${of('runs_active_over_sla', ['playbook'])}) > 0`, '']],
          unit: 'none',
          links: ofPlaybook,
        }),
        series({
          title: 'The oldest in each state',
          about: 'How long ago the last thing happened in the run where that is longest.',
          queries: [[`max by (state) (${of('runs_state_oldest_seconds')})`, '{{state}}']],
          unit: 's',
          width: 12,
        }),
        series({
          title: 'Active runs',
          about: 'Runs that have not ended, by what they are at.',
          queries: [[`sum by (state) (max by (playbook, state) (${of('runs_active', ['playbook'])}))`, '{{state}}']],
          unit: 'none',
          width: 12,
        }),
      ],
    ],
    [
      'What waits',
      [
        series({
          title: 'Queue depth',
          about: 'Work that is due and not begun, by kind and pool.',
          queries: [[`max by (kind, pool) (${of('queue_depth', ['pool'])})`, '{{kind}} {{pool}}']],
          unit: 'none',
        }),
        series({
          title: 'The oldest of it',
          about: 'For how long the longest of it waits.',
          queries: [[`max by (kind, pool) (${of('queue_oldest_seconds', ['pool'])})`, '{{kind}} {{pool}}']],
          unit: 's',
        }),
        series({
          title: 'Workers in use',
          about: 'Share of the slots of a pool that are in use. 30 % should be free.',
          queries: [
            [
              `sum by (pool) (${of('worker_slots_used', ['pool'])}) / sum by (pool) (${of('worker_slots', ['pool'])})`,
              '{{pool}}',
            ],
          ],
          unit: 'percentunit',
        }),
        series({
          title: 'Deliveries',
          about: 'What senders send, by what became of it.',
          queries: [
            [
              `${summed(`rate(${of('deliveries_total', ['source'])}[$__rate_interval])`, 'outcome')} > 0`,
              '{{outcome}}',
            ],
          ],
          unit: 'reqps',
        }),
        series({
          title: 'Incidents opened',
          about: 'In an hour, by severity.',
          queries: [
            [
              summed(`increase(${of('incidents_opened_total', ['severity'])}[1h])`, 'severity'),
              'severity {{severity}}',
            ],
          ],
          unit: 'none',
        }),
        series({
          title: 'Time until a run begins (p95)',
          about: 'From when a run was started until its first step began, by class.',
          queries: [[quantile(0.95, of('run_start_delay_seconds_bucket'), { by: 'class' }), '{{class}}']],
          unit: 's',
        }),
      ],
    ],
    [
      'Escalations, errors, retries',
      [
        table({
          title: 'Escalations, 6 h',
          about: 'Where people were called, and for what.',
          queries: [[newer(of('escalations_total', ['playbook']), '6h', 'playbook, kind'), '']],
          unit: 'none',
          links: ofPlaybook,
        }),
        table({
          title: 'Errors of steps, 30 min',
          about: 'Tries that failed, by action and class of the error.',
          queries: [[newer(of('step_failures_total', ['action']), '30m', 'action, error'), '']],
          unit: 'none',
        }),
        table({
          title: 'Retries, 30 min',
          about: 'Tries that are made again, by playbook and class of the error; `rate_limited` is a 429 of a target.',
          queries: [[newer(of('step_retries_total', ['playbook']), '30m', 'playbook, error'), '']],
          unit: 'none',
          links: ofPlaybook,
        }),
        number({
          title: '429, 30 min',
          about: 'Answers of targets, and of Slack, that there was too much.',
          queries: [
            [`round(sum(increase(${of('step_failures_total', ['action'], 'error="rate_limited"')}[30m])))`, 'targets'],
            [`round(sum(increase(${of('slack_rate_limited_total')}[30m])))`, 'Slack'],
          ],
          unit: 'none',
          width: 6,
          height: 6,
          badFrom: 20,
        }),
        series({
          title: 'Calls of Slack',
          about: 'By how they ended.',
          queries: [[summed(`rate(${of('slack_calls_total')}[$__rate_interval])`, 'outcome'), '{{outcome}}']],
          unit: 'reqps',
          width: 9,
          height: 6,
        }),
        series({
          title: 'Retries per run',
          about: 'Over 30 minutes. Goal: 1 at most.',
          queries: [
            [
              `sum(increase(${of('step_retries_total', ['playbook'])}[30m])) / sum(increase(${of('runs_started_total', ['playbook'])}[30m]))`,
              'retries per run',
            ],
          ],
          unit: 'none',
          width: 9,
          height: 6,
        }),
      ],
    ],
    [
      'Versions and owners',
      [
        table({
          title: 'Playbooks in force',
          about: 'Each with its version and class. The page names its owners, its escalation contact and its runbook.',
          queries: [[`max by (playbook, version, class) (${of('playbook_info', ['playbook'])})`, '']],
          unit: 'none',
          width: 12,
          links: ofPlaybook,
        }),
        table({
          title: 'Versions in force within a day',
          about: 'More than one: it was changed.',
          queries: [
            [
              `count by (playbook) (count by (playbook, version) (max_over_time(${of('playbook_info', ['playbook'])}[1d])))`,
              '',
            ],
          ],
          unit: 'none',
          width: 6,
          links: ofPlaybook,
        }),
        links(
          'Who is on call, who owns what',
          [
            '[What needs you now]($firebreak/), with who is on call',
            '[Playbooks]($firebreak/playbooks): owners, escalation, runbook of each',
            '[Runs]($firebreak/runs) and [approvals]($firebreak/approvals)',
            '[Runbooks of the alerts]($runbooks)',
          ],
          6,
        ),
      ],
    ],
  ],
};
