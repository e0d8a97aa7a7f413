// Graylog: the HTTP notification of an event definition (since 3.1), and the alarm callback of older ones. Neither tells an end.
import { z } from 'zod';
import { err, ok } from '../core/result.ts';
import { type BodyReader, readerOf } from './body-reader.ts';
import { draftAlert, withLabels } from './draft-alert.ts';
import { readLabels } from './labels.ts';
import { asLink, type DraftAlert, defineSource } from './source.ts';

/** Graylog counts upwards from 1; its own words for the numbers. */
const priorities: { readonly [priority: string]: string } = { '1': 'low', '2': 'medium', '3': 'high', '4': 'critical' };

/** The source. */
export const graylog = defineSource({
  id: 'graylog',
  title: 'Graylog',
  docs: {
    setUp: `\`\`\`yaml
integrations:
  graylog:
    source: graylog
    auth: { type: header, header: X-API-KEY, token: { env: GRAYLOG_TOKEN } }
\`\`\`

Add a notification of the type *HTTP Notification* with the URL \`https://firebreak.example.com/hooks/graylog\` (which must be on the URL allow
list of Graylog), give it the API key \`X-API-KEY\` with the token as its secret, and add it to the event definitions. Up to Graylog 3.0 add
an alert notification of the type *HTTP Alarm Callback*, which can send no header: use \`query\` and \`?token=<token>\`.

Event definition and key are the problem; of an alarm callback it is the stream and its condition. The fields of the event are labels. Its
priority says how severe it is: 3 is high, 2 medium, 1 low.`,
    security:
      'Graylog signs nothing. It sends a user name and a password, or a header with an API key; an alarm callback sends nothing, so its token stands in the URL. Use HTTPS.',
    test: '*Execute Test Notification* sends a test event, which fires. `firebreak alert send` sends the sample as a new alert.',
    retries:
      'Graylog logs what failed; that it sends it again is not documented. An event definition that still matches tells it again after its grace period. An end is never told: resolve by hand.',
  },
  retriesOn: [],
  body: z.looseObject({}),
  sample: {
    headers: { 'content-type': 'application/json' },
    body: {
      event_definition_id: '5e8c6b3f4b900d2f4b9c1a77',
      event_definition_type: 'aggregation-v1',
      event_definition_title: 'Too many errors of checkout',
      event_definition_description: 'More than 50 errors in 5 minutes',
      job_definition_id: '5e8c6b3f4b900d2f4b9c1a78',
      event: {
        id: '01E5X7A2V7K3M9Q4T6W8Y0B2D4',
        timestamp: '2026-03-01T03:04:05.678Z',
        source: 'graylog-1.example.com',
        message: 'Too many errors of checkout: count()=73',
        key: 'checkout-api',
        priority: 3,
        alert: true,
        fields: { service: 'checkout-api' },
      },
      backlog: [],
    },
    resolved: null,
  },
  read({ integration, delivery }) {
    const body = readerOf(delivery.body);
    const isCallback = body.value('check_result') !== undefined || body.value('stream') !== undefined;
    const read = isCallback ? callbackOf(body, integration) : eventOf(body, integration);
    if (read === null)
      return err([
        {
          path: 'event_definition_id',
          message: 'neither an event definition nor a stream is named; one of them says what it is about',
        },
      ]);
    return ok({ alerts: read.alert === null ? [] : [read.alert], deliveryKey: read.deliveryKey, truncated: 0 });
  },
});

type Read = { readonly alert: DraftAlert | null; readonly deliveryKey: string | null } | null;

function eventOf(body: BodyReader, integration: string): Read {
  const event = body.at('event');
  const definition =
    body.first(['event_definition_id', 'event_definition_title'], 300) || event.text('event_definition_id', 300);
  if (definition === '') return null;
  const title = body.text('event_definition_title', 300);
  const read = readLabels(event.value('fields'), 'event.fields');
  const priority = event.text('priority', 20);
  const alert = draftAlert({
    source: 'graylog',
    integration,
    id: [definition, event.text('key', 300)].filter((part) => part !== '').join('/'),
    status: 'firing',
    title: title || event.text('message', 300),
    description: event.text('message') || body.text('event_definition_description'),
    word: priorities[priority] ?? priority,
    service: read.labels.service ?? '',
    labels: withLabels(read, { key: event.text('key', 300), source: event.text('source', 300) }),
    startsAt: event.value('timerange_start') ?? event.value('timestamp'),
    remarks: body.remarks,
  });
  return { alert, deliveryKey: event.text('id') || null };
}

function callbackOf(body: BodyReader, integration: string): Read {
  const result = body.at('check_result');
  const condition = result.at('triggered_condition');
  const parts = [body.text('stream.id', 150), condition.text('id', 150)].filter((part) => part !== '');
  if (parts.length === 0) return null;
  if (result.value('triggered') === false) return { alert: null, deliveryKey: null };
  const alert = draftAlert({
    source: 'graylog',
    integration,
    id: parts.join('/'),
    status: 'firing',
    title: body.text('stream.title', 300) || condition.text('title', 300) || result.text('result_description', 300),
    description: result.text('result_description'),
    labels: withLabels({ labels: {}, remarks: [] }, { condition: condition.first(['type', 'type_string'], 100) }),
    startsAt: result.value('triggered_at'),
    links: asLink('Stream', body.text('stream_url', 2000)),
    remarks: body.remarks,
  });
  return { alert, deliveryKey: null };
}
