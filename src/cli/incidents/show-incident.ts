// Incidents as the terminal shows them: a line in a list, or one with its alerts, runs and timeline. Asks nothing.
import type { ApiIncident } from '../../contract/incident.ts';
import type { ApiRun } from '../../contract/run.ts';
import type { ApiTimelineEvent } from '../../contract/timeline.ts';
import { elapsedMs, formatDuration } from '../../core/time.ts';
import { eventText } from '../runs/follow.ts';
import { runTable } from '../runs/show-run.ts';
import { type Colour, line, paint, table } from '../session/output.ts';

const colourOf = ({ status }: ApiIncident): Colour => (status === 'open' ? 'warning' : 'good');

/** A list of incidents. */
export function incidentTable(items: readonly ApiIncident[]): string {
  return table(
    ['NUMBER', 'SEVERITY', 'STATUS', 'OPENED', 'TITLE'],
    items.map((incident) => [
      `#${incident.number}`,
      `SEV${incident.severity}`,
      { text: incident.status, colour: colourOf(incident) },
      `${incident.openedAt.slice(0, 16)}Z`,
      incident.title,
    ]),
    'cut',
  );
}

/** An incident with what belongs to it. */
export type WholeIncident = {
  readonly incident: ApiIncident;
  readonly runs: readonly ApiRun[];
  readonly events: readonly ApiTimelineEvent[];
};

/** One incident for a person. */
export function incidentText({ incident, runs, events }: WholeIncident, now: string): string {
  const { number, severity, status, title, id, openedAt, resolvedAt } = incident;
  const lasted = resolvedAt ? `, resolved after ${formatDuration(elapsedMs(openedAt, resolvedAt))}` : '';
  return [
    paint('bold', `#${number} ${line(title)}`),
    `${id}  SEV${severity}  ${paint(colourOf(incident), status)}${lasted}`,
  ]
    .concat(Object.entries(incident.roles).map(([role, user]) => `${line(role)}: ${line(user)}`))
    .concat(
      Object.values(incident.alerts).map(
        (alert) => `alert ${alert.status}, ${alert.count} time(s): ${line(alert.title)} (${line(alert.source)})`,
      ),
    )
    .concat(runs.length > 0 ? ['', runTable(runs, now)] : [])
    .concat('', events.map(eventText))
    .join('\n');
}
