// The card that opens an incident channel. Pure.
import type { IncidentAlert } from '../../core/incident/state.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { person, userMention } from '../identity.ts';
import { context, header, joinWithin, type MessageContent, oneLine, section, when } from '../text.ts';

const severities = ['', 'SEV1 – Critical', 'SEV2 – Major', 'SEV3 – Minor', 'SEV4 – Low'];
/** A severity in words. */
export const severityText = (severity: number): string => severities[severity] ?? `SEV${severity}`;

const maxAlerts = 10;
const maxRoles = 20;

/** How many alerts fire, before any list of them that may be cut. */
export function alertsWords(alerts: readonly Pick<IncidentAlert, 'status'>[]): string {
  const firing = alerts.filter(({ status }) => status === 'firing').length;
  return `${firing} of ${alerts.length} alert(s) firing`;
}

/** What becomes of it, where its status alone does not say. */
export const stateWords = ({ status, mergedInto, settlesAt }: IncidentRow): readonly string[] => [
  ...(mergedInto ? [`merged into #${mergedInto.number}`] : []),
  ...(status === 'open' && settlesAt !== undefined ? [`ends ${when(settlesAt)} unless something fires`] : []),
];

function alertLine({ status, title, count, firstAt, because, unacted }: IncidentAlert): string {
  const times = count > 1 ? `  ×${count}` : '';
  const why = because === undefined ? '' : `  (${oneLine(because, 200)})`;
  const held = unacted ? '  – in a maintenance window: nothing is started for it' : '';
  return `• *${status}*  ${oneLine(title, 200)}${times}  since ${when(firstAt)}${why}${held}`;
}

/** The card of an incident. */
export function incidentCard(incident: IncidentRow, publicUrl: string): MessageContent {
  const { id, number, title, severity, status, openedAt, resolvedAt } = incident;
  const alerts = Object.values(incident.alerts).sort((a, b) => a.status.localeCompare(b.status));
  const lines = alerts.map(alertLine);
  const roles = Object.entries(incident.roles).map(([role, user]) => `${oneLine(role, 50)}: ${userMention(user)}`);
  const taken = incident.acknowledgedBy ? [`acknowledged by ${person(incident.acknowledgedBy)}`] : [];
  const facts = [`*${severityText(severity)}*`, `*${status}*`, ...stateWords(incident), ...taken, ...roles];
  const times = [`opened ${when(openedAt)}`, ...(resolvedAt ? [`resolved ${when(resolvedAt)}`] : [])];
  const timeline = `<${publicUrl}/api/v1/incidents/${id}/timeline?format=html|timeline>`;
  return {
    text: `Incident ${number}: ${oneLine(title, 200)}. ${severityText(severity)}, ${status}, ${alertsWords(alerts)}.`,
    blocks: [
      header(`#${number}  ${title}`),
      section(joinWithin(facts, '  ·  ', 2900, maxRoles)),
      ...(lines.length > 0 ? [section(`${alertsWords(alerts)}\n${joinWithin(lines, '\n', 2800, maxAlerts)}`)] : []),
      context([...times, timeline].join('  ·  ')),
    ],
  };
}
