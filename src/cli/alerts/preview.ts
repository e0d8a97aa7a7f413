// What an integration makes of a body, printed: for `explain` of a file, so that a mapping can be tried out before it is used. Sends nothing.
import { pino } from 'pino';
import type { Alert } from '../../core/alert/alert.ts';
import { type Preview, previewDelivery } from '../../http/ingest/preview-delivery.ts';
import type { Integration, Source } from '../../spi/source.ts';
import { line } from '../session/output.ts';

/** What a person says about the request: `name=value` each. */
export type PreviewOptions = {
  readonly source: Source;
  readonly integration: Integration;
  readonly body: Buffer;
  /** POST unless something else is said; GET has no body but its query. */
  readonly method?: string;
  readonly headers: readonly string[];
  readonly query: readonly string[];
  readonly nowMs: number;
};

const maxBytes = 8 * 1_048_576;

/** Asks what an integration makes of a body. Where no content type is said, it is that of the source's sample. */
export function previewOf({
  source,
  integration,
  body,
  method = 'POST',
  headers,
  query,
  nowMs,
}: PreviewOptions): Promise<Preview> {
  const said = Object.fromEntries(headers.map((text) => pairOf(text, true)));
  const type = source.sample.headers['content-type'];
  const fields = new URLSearchParams(query.map((text) => pairOf(text, false))).toString();
  return previewDelivery({
    source,
    integration,
    request: {
      method,
      url: `/hooks/${source.id}/${integration.name}${fields === '' ? '' : `?${fields}`}`,
      headers: { ...(type === undefined ? {} : { 'content-type': type }), ...said },
      raw: body,
    },
    nowMs,
    maxBytes,
    log: pino({ level: 'silent' }),
  });
}

function pairOf(text: string, isHeader: boolean): [string, string] {
  const at = text.search(isHeader ? /[=:]/ : /=/);
  const [name, value] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  return [isHeader ? name.trim().toLowerCase() : name, isHeader ? value.trim() : value];
}

/** A preview as text: every field of every alert, what was odd, or why it is refused. */
export function previewText(preview: Preview): string {
  const fields = preview.fields.map(
    ({ field, kind, message }) =>
      `${kind === 'refused' ? 'fault  ' : 'remark '} ${line(field, 100)}: ${line(message, 600)}`,
  );
  if (preview.status === 'refused')
    return [
      `refused  ${preview.outcome}: ${line(preview.detail, 600)}`,
      ...fields,
      'It would be kept as dead, to be replayed when that is mended.',
    ].join('\n');
  const { alerts, deliveryKey, truncated } = preview;
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
