// What Firebreak says to the questions that Alertmanager is asked: the configuration goes through the importer, the file and its schema.
import { stringify } from 'yaml';
import { readConfigFile } from '../../../src/config/file.ts';
import { importAlertmanager } from '../../../src/core/alert/import/alertmanager.ts';
import { readAlertmanager } from '../../../src/core/alert/import/read-alertmanager.ts';
import { createInhibitionIndex } from '../../../src/core/alert/inhibition.ts';
import { localTime } from '../../../src/core/alert/local-time.ts';
import { route } from '../../../src/core/alert/route.ts';
import { isDuring, type TimeInterval } from '../../../src/core/alert/time-interval.ts';
import { firingAlert } from '../given/firing-alert.ts';
import { type Answer, type Question, sentinelAlerts } from './random-config.ts';

/** A configuration of Alertmanager as this program would use it after an import. @throws Error if the import or the file is refused */
export function imported(config: string) {
  const document = readAlertmanager(config);
  if (!document.ok) throw new Error(document.error.join('\n'));
  const result = importAlertmanager(document.value);
  if (result.faults.length > 0) throw new Error(JSON.stringify(result.faults));
  const read = readConfigFile(stringify(result.sections), 'imported.yaml', {});
  if (!read.ok) throw new Error(read.error.join('\n'));
  return { alerts: read.value.alerts, receivers: result.receivers };
}

/** The answer of this program. */
export const ourAnswer = (question: Question): Answer => answerBy(imported(question.config), question);

function answerBy(
  { alerts: sections, receivers }: ReturnType<typeof imported>,
  { alerts: sets, instants }: Question,
): Answer {
  const { routes, intervals, inhibition } = sections;
  const alerts = sets.map((labels) => firingAlert(labels));
  const index = createInhibitionIndex(inhibition, intervals);
  for (const alert of [...sentinelAlerts.map((labels) => firingAlert(labels)), ...alerts]) index.put(alert);
  const at = '2026-01-01T00:00:00.000Z';
  return {
    receivers: alerts.map((alert) =>
      route(alert, at, { routes, intervals }).matched.map((name) => receivers.get(name) ?? ''),
    ),
    inhibited: alerts.map((alert) => index.inhibitedBy(alert, at).by !== null),
    within: Object.fromEntries(
      Object.entries(intervals).map(([name, list]) => [name, instants.map((instant) => isDuring(list, instant))]),
    ),
  };
}

/** What the two say differently, as sentences; and how often a known fault of Alertmanager made it say something else. */
export type Compared = { readonly differences: readonly string[]; readonly shortMonths: number };

/** Holds an answer of Alertmanager against ours. */
export function compared(question: Question, theirs: Answer): Compared {
  const configuration = imported(question.config);
  const ours = answerBy(configuration, question);
  const { intervals } = configuration.alerts;
  const found: string[] =
    theirs.error === undefined ? [] : [`Alertmanager refuses ${question.config}: ${theirs.error}`];
  let shortMonths = 0;
  const say = (what: string, of: unknown, our: unknown, their: unknown) =>
    void found.push(
      `${what} of ${JSON.stringify(of)}: ours ${JSON.stringify(our)}, theirs ${JSON.stringify(their)}; ${question.config}`,
    );
  for (const [n, labels] of question.alerts.entries()) {
    const [our, their] = [ours.receivers[n], theirs.receivers[n]];
    if (JSON.stringify(our) !== JSON.stringify(their)) say('receivers', labels, our, their);
    if (ours.inhibited[n] !== theirs.inhibited[n]) say('inhibition', labels, ours.inhibited[n], theirs.inhibited[n]);
  }
  for (const [name, within] of Object.entries(theirs.within))
    for (const [n, at] of question.instants.entries()) {
      const our = ours.within[name]?.[n];
      if (our === within[n]) continue;
      if (isDuringShortMonths(intervals[name] ?? [], at) === within[n]) shortMonths += 1;
      else say(`the interval ${name}`, at, our, within[n]);
    }
  return { differences: found, shortMonths };
}

/**
 * Whether an instant is in the intervals as Alertmanager counts: it takes the hours of a month by 24 for its days, so that a month whose
 * clocks lose an hour is a day short there. Source: `daysInMonth` in its `timeinterval.go`.
 */
function isDuringShortMonths(intervals: readonly TimeInterval[], at: string): boolean {
  const ms = Date.parse(at);
  return intervals.some(({ daysOfMonth, ...interval }) => {
    if (!isDuring([interval], at)) return false;
    if (daysOfMonth === undefined) return true;
    const zone = interval.location ?? 'UTC';
    const { year, month, day } = localTime(zone, ms);
    const days = Math.floor((midnight(zone, year, month + 1) - midnight(zone, year, month)) / 86_400_000);
    const counted = (n: number) => (n < 0 ? days + n + 1 : n);
    return daysOfMonth.some(
      ({ from, to }) => counted(from) <= days && day >= counted(from) && day <= Math.min(counted(to), days),
    );
  });
}

/** The instant at which a month begins in a zone. */
function midnight(zone: string, year: number, month: number): number {
  const asUtc = Date.UTC(year, month - 1, 1);
  const local = localTime(zone, asUtc);
  return asUtc - (Date.UTC(local.year, local.month - 1, local.day) + local.minute * 60_000 - asUtc);
}
