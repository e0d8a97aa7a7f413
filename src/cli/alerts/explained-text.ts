// An alert through the six stages, as text: the outcome of each, and below it what matched, what did not and why. Asks nothing.
import type { ApiExplained, ApiExplainedAlert } from '../../contract/alert.ts';
import { line, paint } from '../session/output.ts';

/** The stages of one alert. */
export function stagesText({ alert, stages }: Pick<ApiExplainedAlert, 'alert' | 'stages'>): string {
  const { status, severity, title, fingerprint } = alert;
  return [
    `${status} ${severity}  ${line(title, 200)}  (${line(fingerprint, 500)})`,
    ...stages.flatMap(({ stage, outcome, because }) => [
      `${paint('bold', stage.padEnd(9))} ${line(outcome, 1000)}`,
      ...because.map((text) => paint('dim', `${' '.repeat(10)}${indentOf(text)}${line(text.trimStart(), 2000)}`)),
    ]),
  ].join('\n');
}

/** A route stands as deep as in its tree. */
const indentOf = (text: string): string => text.slice(0, Math.min(20, text.length - text.trimStart().length));

/** All of the alerts, and of which instants the answer is. */
export function explainedText({ at, knownAt, alerts }: ApiExplained): string {
  const known =
    knownAt === null
      ? 'by the rules alone: no incident and no other alert is known here'
      : knownAt === at
        ? ''
        : `incidents, groups and firing alerts as they are at ${knownAt}`;
  return [`at ${at}${known === '' ? '' : `; ${known}`}`, ...alerts.map(alertText)].join('\n\n');
}

const alertText = (explained: ApiExplainedAlert): string =>
  [stagesText(explained), ...answersText(explained)].join('\n');

/** Who would answer for its incident, one line for each column of the matrix that names somebody. */
function answersText({ answers }: Pick<ApiExplainedAlert, 'answers'>): readonly string[] {
  if (answers === null) return [];
  const { severity, responsible, accountable, consulted, informed } = answers;
  const columns = Object.entries({ responsible, accountable, consulted, informed });
  return [
    `${paint('bold', 'people'.padEnd(9))} until somebody has it, at SEV${severity}`,
    ...columns.flatMap(([column, names]) =>
      names.length === 0 ? [] : [paint('dim', `${' '.repeat(10)}${column}: ${line(names.join(', '), 1000)}`)],
    ),
  ];
}
