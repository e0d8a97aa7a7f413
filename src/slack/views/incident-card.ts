// The card that opens an incident channel. Pure.
import type { IncidentRow } from '../../ports.ts';
import { userMention } from '../identity.ts';
import { context, header, type Message, oneLine, section, when } from '../text.ts';

const severities = ['', 'SEV1 – Critical', 'SEV2 – Major', 'SEV3 – Minor', 'SEV4 – Low'];
/** A severity in words. */
export const severityText = (severity: number): string => severities[severity] ?? `SEV${severity}`;

const maxAlerts = 10;

/** The card of an incident. */
export function incidentCard(incident: IncidentRow, publicUrl: string): Message {
  const { number, title, severity, status } = incident;
  const alerts = Object.values(incident.alerts).sort((a, b) => a.status.localeCompare(b.status));
  const lines = alerts
    .slice(0, maxAlerts)
    .map(
      ({ status: state, title: name, count, firstAt }) =>
        `• *${state}*  ${oneLine(name, 200)}${count > 1 ? `  ×${count}` : ''}  since ${when(firstAt)}`,
    );
  if (alerts.length > maxAlerts) lines.push(`… and ${alerts.length - maxAlerts} more`);
  const roles = Object.entries(incident.roles).map(([role, user]) => `${oneLine(role, 50)}: ${userMention(user)}`);
  const times = [
    `opened ${when(incident.openedAt)}`,
    ...(incident.resolvedAt ? [`resolved ${when(incident.resolvedAt)}`] : []),
  ];
  return {
    text: `Incident ${number}: ${oneLine(title, 200)}. ${severityText(severity)}, ${status}, ${alerts.length} alert(s).`,
    blocks: [
      header(`#${number}  ${title}`),
      section(`*${severityText(severity)}*  ·  *${status}*${roles.length > 0 ? `  ·  ${roles.join('  ·  ')}` : ''}`),
      ...(lines.length > 0 ? [section(lines.join('\n'))] : []),
      context(
        `${times.join('  ·  ')}  ·  <${publicUrl}/api/v1/incidents/${incident.id}/timeline?format=html|timeline>`,
      ),
    ],
  };
}
