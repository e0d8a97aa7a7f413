// `firebreak insights`: what is learned from the incidents of a time, as tables of 80 columns. Holds no rule: it asks the API.
import { type Command, Option } from 'commander';
import { type ApiEstimate, type ApiInsights, ApiTimesBy } from '../../contract/insights.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, pageOptions, serverOption } from '../session/options.ts';
import { line, paint, print, printJson, say, table } from '../session/output.ts';
import { ask } from '../session/reach.ts';

type Options = Where & {
  json?: boolean;
  since?: string;
  by: (typeof ApiTimesBy.options)[number];
  service?: string;
  zone: string;
  drafts?: boolean;
};

/** Adds `insights`. */
export function addInsights(program: Command): void {
  const insights = program
    .command('insights')
    .description(
      'what is learned from incidents: times, what comes again, toil, approvals, alerts without effect, costs',
    )
    .addOption(
      new Option('--by <what>', 'what times are put together by').choices(ApiTimesBy.options).default('service'),
    )
    .option('--service <name>', 'incidents of this service only')
    .option('--zone <zone>', 'whose nights, such as Europe/Berlin', Intl.DateTimeFormat().resolvedOptions().timeZone)
    .option('--drafts', 'with what would be a playbook, a draft of it');
  for (const option of pageOptions()) if (option.long === '--since') insights.addOption(option);
  insights
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('insights --since 30d', 'insights --by playbook', 'insights --drafts', 'insights --json'),
    )
    .action((options: Options) =>
      ask(options, async ({ api }) => {
        const { since, by, service, zone } = options;
        const learned = await api.call('GET /insights', { query: { since, by, service, zone } });
        if (options.json) return printJson(learned);
        print(insightsText(learned, options.drafts === true));
        if (learned.pending > 0) say(`${learned.pending} incidents are not counted yet; ask again.`);
        if (learned.cut)
          say('There are more incidents than count at once: these are the newest. Narrow it with --since.');
      }),
    );
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;
/** In one unit, so that a figure and its interval can be compared at a glance and fit beside each other. */
const unitOf = (ms: number) => units.find(([, size]) => ms >= 2 * size) ?? (['s', 1000] as const);
const inUnit = (ms: number, size: number) =>
  ms / size < 9.95 ? (ms / size).toFixed(1).replace('.0', '') : (ms / size).toFixed(0);
const short = (ms: number) => `${inUnit(ms, unitOf(ms)[1])}${unitOf(ms)[0]}`;
const cell = (text: string, max: number) => line(text, max);
/** `4.2m (2-9m)`; without an interval the figure alone. */
const time = ({ value, low, high }: ApiEstimate): string => {
  if (value === null) return '-';
  const [unit, size] = unitOf(value);
  return low === null || high === null
    ? short(value)
    : `${inUnit(value, size)}${unit} (${inUnit(low, size)}-${inUnit(high, size)}${unit})`;
};
const share = ({ value, n }: ApiEstimate): string => (value === null ? '-' : `${Math.round(value * 100)} % of ${n}`);
const percent = (part: number | null) => (part === null ? '?' : String(Math.round(part * 100)));
const shareBetween = (of: ApiEstimate): string =>
  of.value === null ? '-' : `${share(of)} (${percent(of.low)}-${percent(of.high)} %)`;

/** Rows of each table: what is further down is in the JSON. */
const maxRows = 10;

/** Everything that is learned, as text. */
export function insightsText(learned: ApiInsights, withDrafts: boolean): string {
  const { incidents, methods, by } = learned;
  if (incidents === 0 && learned.operations === 0) return 'There is no incident to learn from.';
  const parts = [
    section(`Times of ${incidents} incidents, by ${by}`, timesTable(learned)),
    section('Comes again', againTable(learned)),
    section('Done by hand', toilTable(learned)),
    section('Approvals', attentionText(learned)),
    section('Alerts that never led to anything', quietTable(learned)),
    section('What runs cost', costTable(learned)),
    ...(withDrafts ? drafts(learned) : []),
    [paint('dim', 'Times:  '), methods.median, '\n', paint('dim', 'Shares: '), methods.share].join(''),
  ];
  return parts.filter((part) => part !== null).join('\n\n');
}

const section = (title: string, text: string | null): string | null =>
  text === null ? null : `${paint('bold', title)}\n${text}`;

function timesTable({ times }: ApiInsights): string {
  return table(
    ['', 'N', 'ACKNOWLEDGED', 'RESOLVED', 'FIRST ACTION', 'WAITED FOR PEOPLE'],
    times
      .slice(0, maxRows)
      .map((row) => [
        cell(row.key, 16),
        String(row.incidents),
        time(row.acknowledgeMs),
        time(row.resolveMs),
        row.firstActionMs.value === null ? '-' : short(row.firstActionMs.value),
        row.waitMs.value === null ? '-' : short(row.waitMs.value),
      ]),
    'cut',
  );
}

function againTable({ recurrences }: ApiInsights): string | null {
  if (recurrences.length === 0) return null;
  const rows = recurrences
    .slice(0, maxRows)
    .map((one) => [
      String(one.incidents),
      cell(one.alert, 26),
      cell(one.service ?? '-', 14),
      one.betweenMs.value === null ? '-' : short(one.betweenMs.value),
      one.helped.map(({ playbook, incidents }) => `${playbook} (${incidents})`).join(', ') || 'nothing yet',
    ]);
  return table(['TIMES', 'ALERT', 'SERVICE', 'EVERY', 'WHAT HELPED'], rows, 'cut');
}

function toilTable({ toil }: ApiInsights): string | null {
  if (toil.length === 0) return null;
  const rows = toil
    .slice(0, maxRows)
    .map(({ times, kind, what, incidents, draft }) => [
      String(times),
      String(incidents),
      kind,
      draft === null ? '' : '--drafts',
      what,
    ]);
  return table(['TIMES', 'INCIDENTS', 'KIND', 'DRAFT', 'WHAT'], rows, 'cut');
}

function attentionText({ approvals }: ApiInsights): string | null {
  const { asked, waitMs, approved, expired, people } = approvals;
  if (asked === 0) return null;
  const said = [
    `${asked} asked, answered after ${time(waitMs)}`,
    `approved ${shareBetween(approved)}, expired ${share(expired)}`,
  ].join('\n');
  const rows = people
    .slice(0, maxRows)
    .map((one) => [
      cell(one.person, 24),
      String(one.decisions),
      time(one.waitMs),
      `${one.atNight} in ${one.nights} nights`,
    ]);
  return rows.length === 0 ? said : `${said}\n${table(['PERSON', 'DECIDED', 'AFTER', 'AT NIGHT'], rows, 'cut')}`;
}

function quietTable({ quietAlerts }: ApiInsights): string | null {
  if (quietAlerts.length === 0) return null;
  const rows = quietAlerts
    .slice(0, maxRows)
    .map((one) => [
      String(one.incidents),
      String(one.notifications),
      cell(one.service ?? '-', 16),
      `under ${percent(one.acted.high)} %`,
      one.alert,
    ]);
  return table(['INCIDENTS', 'NOTIFICATIONS', 'SERVICE', 'OF USE', 'ALERT'], rows, 'cut');
}

function costTable({ costs }: ApiInsights): string | null {
  if ((costs[0]?.runs ?? 0) === 0) return null;
  const rows = costs
    .slice(0, maxRows)
    .map(({ key, runs, attempts, machineMs, waitMs }) => [
      cell(key, 30),
      String(runs),
      String(attempts),
      short(machineMs),
      short(waitMs),
    ]);
  return table(['PLAYBOOK', 'RUNS', 'ATTEMPTS', 'MACHINE', 'WAITED FOR PEOPLE'], rows, 'cut');
}

const drafts = ({ toil }: ApiInsights): readonly string[] =>
  toil.flatMap(({ what, advice, draft }) =>
    draft === null
      ? []
      : [
          `${paint('bold', line(what, 70))}\n${line(advice, 200)}\n\n${draft
            .trimEnd()
            .split('\n')
            .map((text) => line(text))
            .join('\n')}`,
        ],
  );
