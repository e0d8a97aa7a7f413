// Everything that is learned from the incidents of a time, in one answer. Pure.
import { groupBy } from '../postmortem/facts.ts';
import { type ApprovalAttention, attentionIn, type QuietAlert, quietAlertsIn } from './attention.ts';
import { methods } from './intervals.ts';
import type { Measured } from './measured.ts';
import { type Recurrence, recurrencesIn } from './recurrences.ts';
import { isTrouble, type TimesBy, type TimesRow, timesBy } from './times.ts';
import { type Toil, toilIn } from './toil.ts';

/** What runs cost, in all or of one playbook. */
type Cost = {
  readonly key: string;
  readonly runs: number;
  readonly attempts: number;
  readonly machineMs: number;
  readonly waitMs: number;
};

/** What is learned. `incidents`: those that people had trouble with; costs and approvals are those of all runs. */
export type Insights = {
  readonly incidents: number;
  readonly operations: number;
  readonly methods: typeof methods;
  readonly by: TimesBy;
  readonly times: readonly TimesRow[];
  readonly recurrences: readonly Recurrence[];
  readonly toil: readonly Toil[];
  readonly approvals: ApprovalAttention;
  readonly quietAlerts: readonly QuietAlert[];
  readonly costs: readonly Cost[];
};

/** Rows of one table. */
const maxRows = 50;

/** What is asked of them. `zone`: an IANA time zone, whose nights they are; `commandAction`: the action that runs a command. */
type Asked = { readonly by: TimesBy; readonly zone: string; readonly commandAction: string };

/** Learns from incidents. */
export function insightsFrom(measured: readonly Measured[], { by, zone, commandAction }: Asked): Insights {
  const trouble = measured.filter(isTrouble);
  const attention = attentionIn(measured, zone);
  return {
    incidents: trouble.length,
    operations: measured.length - trouble.length,
    methods,
    by,
    times: timesBy(by, trouble).slice(0, maxRows),
    recurrences: recurrencesIn(trouble).slice(0, maxRows),
    toil: toilIn(
      measured.filter(({ merged }) => !merged),
      commandAction,
    ).slice(0, maxRows),
    approvals: { ...attention, people: attention.people.slice(0, maxRows), steps: attention.steps.slice(0, maxRows) },
    quietAlerts: quietAlertsIn(trouble).slice(0, maxRows),
    costs: costsIn(measured).slice(0, maxRows),
  };
}

/** All of them first, then by playbook, the dearest in machine time first. */
function costsIn(measured: readonly Measured[]): readonly Cost[] {
  const runs = measured.flatMap((one) => one.runs);
  const groups = [...groupBy(runs, ({ playbook }) => playbook)].map(([key, some]) => costOf(key, some));
  return [costOf('all', runs), ...groups.toSorted((a, b) => b.machineMs - a.machineMs || (a.key < b.key ? -1 : 1))];
}

function costOf(key: string, runs: readonly Measured['runs'][number][]): Cost {
  const sum = (of: (run: Measured['runs'][number]) => number) => runs.reduce((total, run) => total + of(run), 0);
  return {
    key,
    runs: runs.length,
    attempts: sum(({ attempts }) => attempts),
    machineMs: sum(({ machineMs }) => machineMs),
    waitMs: sum(({ waitMs }) => waitMs),
  };
}
