// What an integration makes of a body, printed: for `explain` of a file, so that a mapping can be tried out before it is used. Sends nothing.
import type { ApiPreview } from '../../contract/alert.ts';
import type { Alert } from '../../core/alert/alert.ts';
import { line } from '../session/output.ts';

/** A preview as text: every field of every alert, what was odd, or why it is refused. */
export function previewText(
  { status, fields: faulty, outcome, detail, deliveryKey, truncated }: ApiPreview,
  alerts: readonly Alert[],
): string {
  const fields = faulty.map(
    ({ field, kind, message }) =>
      `${kind === 'refused' ? 'fault  ' : 'remark '} ${line(field, 100)}: ${line(message, 600)}`,
  );
  if (status === 'refused')
    return [
      `refused  ${outcome}: ${line(detail ?? '', 600)}`,
      ...fields,
      'It would be kept as dead, to be replayed when that is mended.',
    ].join('\n');
  const count = alerts.length === 0 ? 'no alert: it is taken, and changes nothing' : `${alerts.length} alert(s)`;
  return [
    `understood  ${count}`,
    `delivery    ${deliveryKey === null ? 'has no id of its own; known by its bytes' : line(deliveryKey, 300)}`,
    ...(truncated > 0 ? [`left out    ${truncated} alert(s), by the sender`] : []),
    ...alerts.flatMap((alert, i) => ['', ...alertLines(alert, i + 1)]),
    ...(fields.length > 0 ? ['', ...fields] : []),
  ].join('\n');
}

function alertLines(alert: Alert, number: number): string[] {
  const texts: readonly (readonly [string, string | null])[] = [
    ['status', alert.status],
    ['fingerprint', alert.fingerprint],
    ['title', alert.title],
    ['description', alert.description || null],
    [
      'severity',
      alert.sourceSeverity === null ? alert.severity : `${alert.severity} (the sender says ${alert.sourceSeverity})`,
    ],
    ['service', alert.service],
    ['startsAt', alert.startsAt],
    ['endsAt', alert.endsAt],
    ['groupKey', alert.groupKey],
    ...Object.entries(alert.labels).map(([name, value]) => [`label ${name}`, value] as const),
    ...Object.entries(alert.annotations).map(([name, value]) => [`annotation ${name}`, value] as const),
    ...alert.links.map(({ label, url }) => [`link ${label}`, url] as const),
  ];
  return [
    `alert ${number}`,
    ...texts.flatMap(([name, text]) => (text === null ? [] : [`  ${line(name, 60).padEnd(12)} ${line(text, 300)}`])),
  ];
}
