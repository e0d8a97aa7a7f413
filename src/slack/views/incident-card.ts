// The card that opens an incident channel. Pure.
import type { IncidentRow } from '../../ports/reads.ts';
import { person, userMention } from '../identity.ts';
import { context, header, joinWithin, type MessageContent, oneLine, section, when } from '../text.ts';

const severities = ['', 'SEV1 – Critical', 'SEV2 – Major', 'SEV3 – Minor', 'SEV4 – Low'];
/** A severity in words. */
export const severityText = (severity: number): string => severities[severity] ?? `SEV${severity}`;

const maxAlerts = 10;
const maxRoles = 20;

/** The card of an incident. */
export function incidentCard(incident: IncidentRow, publicUrl: string): MessageContent {
  const { id, number, title, severity, status, openedAt, resolvedAt } = incident;
  const alerts = Object.values(incident.alerts).sort((a, b) => a.status.localeCompare(b.status));
  const lines = alerts.map(
    ({ status: state, title: name, count, firstAt }) =>
      `• *${state}*  ${oneLine(name, 200)}${count > 1 ? `  ×${count}` : ''}  since ${when(firstAt)}`,
  );
  const roles = Object.entries(incident.roles).map(([role, user]) => `${oneLine(role, 50)}: ${userMention(user)}`);
  const taken = incident.acknowledgedBy ? [`acknowledged by ${person(incident.acknowledgedBy)}`] : [];
  const facts = [`*${severityText(severity)}*`, `*${status}*`, ...taken, ...roles];
  const times = [`opened ${when(openedAt)}`, ...(resolvedAt ? [`resolved ${when(resolvedAt)}`] : [])];
  const timeline = `<${publicUrl}/api/v1/incidents/${id}/timeline?format=html|timeline>`;
  return {
    text: `Incident ${number}: ${oneLine(title, 200)}. ${severityText(severity)}, ${status}, ${alerts.length} alert(s).`,
    blocks: [
      header(`#${number}  ${title}`),
      section(joinWithin(facts, '  ·  ', 2900, maxRoles)),
      ...(lines.length > 0 ? [section(joinWithin(lines, '\n', 2900, maxAlerts))] : []),
      context([...times, timeline].join('  ·  ')),
    ],
  };
}
