// CloudEvents 1.0 over HTTP: which alert an event tells of, and the handshake by which a sender asks whether it may send.
import { z } from 'zod';
import { JsonValue } from '../core/alert/alert.ts';
import { type Json, type JsonObject, toJson } from '../core/json.ts';
import { ok } from '../core/result.ts';
import type { Handshake } from '../spi/source.ts';
import { type BodyReader, readerOf } from './body-reader.ts';
import { attributes, eventsOf } from './cloud-event.ts';
import { asText, readLabels } from './labels.ts';
import { type FieldMap, mappingSettings, namesRead, readMapped, resolvedWords } from './mapping.ts';
import { defineSource } from './source.ts';

function sampleOf(status: 'firing' | 'resolved') {
  const fires = status === 'firing';
  return {
    specversion: '1.0',
    id: fires ? '7d3c6d1e-9a52-4a58-bc6f-5b6a7bb0a001' : '7d3c6d1e-9a52-4a58-bc6f-5b6a7bb0a002',
    source: '/monitoring/prod/eu-central-1',
    type: `com.example.monitoring.alert.${status}.v1`,
    subject: 'checkout-api/latency-p99',
    time: fires ? '2026-03-01T03:04:05.678Z' : '2026-03-01T03:16:05.678Z',
    datacontenttype: 'application/json',
    severity: 'critical',
    data: {
      title: 'p99 latency above 2 s on checkout-api',
      status,
      service: 'checkout-api',
      startsAt: '2026-03-01T03:02:00Z',
      labels: { region: 'eu-central-1', team: 'payments' },
    },
  };
}

const Settings = z.strictObject({
  ...mappingSettings,
  /** Who may be told in a handshake that it may send, by the name it gives itself; absent: everybody. */
  origins: z.array(z.string().min(1)).optional(),
});

/** The abuse protection of http-webhook.md, section 4: the answer gives nothing away, and no address that a sender names is called. */
const handshake: Handshake = {
  methods: ['OPTIONS'],
  needsProof: false,
  async answer({ headers }, { settings }) {
    const origin = headers['webhook-request-origin'];
    const { origins } = settings as z.output<typeof Settings>;
    if (origin === undefined || !/^[\w.:*/-]{1,253}$/.test(origin)) return null;
    if (origins !== undefined && !origins.includes(origin)) return null;
    return {
      status: 200,
      contentType: 'text/plain',
      body: '',
      headers: { allow: 'POST', 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*' },
    };
  },
};

/** What is read of an event where no mapping says otherwise; `read` is made below. */
const usual: FieldMap = Object.fromEntries(
  ['fingerprint', 'status', 'title', 'description', 'severity', 'service', 'labels', 'url', 'startsAt', 'endsAt'].map(
    (field) => [field, `item.read.${field}`],
  ),
);

/** The source. */
export const cloudevents = defineSource({
  id: 'cloudevents',
  title: 'CloudEvents 1.0',
  docs: {
    setUp: `\`\`\`yaml
integrations:
  cloudevents:
    source: cloudevents
    auth: { type: bearer, token: { env: EVENTS_TOKEN } }
\`\`\`

Let the sender POST to \`https://firebreak.example.com/hooks/cloudevents\`. It may send structured events (\`application/cloudevents+json\`),
batches (\`application/cloudevents-batch+json\`), and binary ones, whose attributes are headers \`ce-…\` and whose body, of any content type, is
the data. \`data_base64\` is unpacked.

Every event is an alert. \`source\` and \`subject\` are the problem; without a subject \`fingerprint\`, \`alertId\`, \`problemId\` or \`PID\` of the data, else
the type without words such as \`firing\` and \`resolved\` in it. \`status\` or \`state\` of the data says whether it is over, else a word
in the type. \`severity\` may be an extension or stand in the data, as \`title\`, \`description\`, \`service\`, \`labels\`, \`url\`, \`startsAt\` and \`endsAt\` do.
What your events do differently is mapped as in [generic](generic.md): \`item\` is one event with its attributes and \`data\`, and
fields that you leave out stay as they are.

\`\`\`yaml
integrations:
  orders:
    source: cloudevents
    auth: { type: bearer, token: { env: EVENTS_TOKEN } }
    origins: [eventemitter.example.com]
    mapping: { fingerprint: item.data.orderLine, status: item.data.phase, title: item.data.text }
    words: { status: { opened: firing, done: resolved, progress: ignored } }
\`\`\`

The handshake of the webhook specification (\`OPTIONS\` with \`WebHook-Request-Origin\`) is answered; with \`origins\` only to these. No
\`WebHook-Request-Callback\` is ever called. Of extensions in headers \`severity\` is kept, and those that the mapping names as \`headers["ce-…"]\`.`,
    security: `CloudEvents signs nothing. A sender sends a bearer token, or \`?access_token=<token>\`: then take
\`auth: { type: query, parameter: access_token, token: ... }\`. The handshake proves nothing and stores nothing.`,
    test: '`firebreak alert send` sends the sample as a new alert. `firebreak explain --source cloudevents --file event.json` prints what is made of an event.',
    retries: `What your sender does decides; the specification names 429 with \`Retry-After\`. \`source\` and \`id\` are one delivery, however often it
comes. A batch has no id of its own: the same batch within a minute is taken once.`,
  },
  retriesOn: [],
  handshake,
  settings: Settings,
  wire: { methods: [], texts: 'any' },
  body: JsonValue,
  sample: {
    headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
    body: sampleOf('firing'),
    resolved: sampleOf('resolved'),
  },
  headersRead: ({ mapping }) => [...attributes.map((name) => `ce-${name}`), ...namesRead(mapping, 'headers')],
  queryRead: ({ mapping }) => namesRead(mapping, 'query'),
  read({ integration, settings, delivery }) {
    const events = eventsOf(delivery);
    if (!events.ok) return events;
    const items = events.value.map((event): JsonObject => ({ ...event, read: readEvent(event) }));
    const { mapping, words, defaults } = settings;
    const read = readMapped({
      source: 'cloudevents',
      integration,
      settings: { words, defaults },
      mapping: { alerts: 'body', ...usual, ...mapping },
      body: items,
      headers: toJson(delivery.headers),
      query: toJson(delivery.query ?? {}),
    });
    if (!read.ok || read.value.deliveryKey !== null) return read;
    const [only] = events.value;
    const deliveryKey = events.value.length === 1 && only ? `${asText(only.source)}|${asText(only.id)}` : null;
    return ok({ alerts: read.value.alerts, deliveryKey, truncated: 0 });
  },
});

const statusWords = new Set([...resolvedWords, 'firing', 'open', 'opened', 'triggered', 'raised', 'problems']);

/** What is usual in the data of events that tell of alerts. */
function readEvent(event: JsonObject): JsonObject {
  const read = readerOf(event);
  const data = read.at('data');
  const type = read.text('type', 300);
  const status = statusIn(data, type);
  const isOver = resolvedWords.has(status.trim().toLowerCase());
  const time = event.time ?? null;
  const text = typeof event.data === 'string' ? event.data : '';
  return {
    fingerprint: `${read.text('source', 300)}|${identityOf(read, data, type)}`,
    status,
    title:
      data.first(['title', 'summary', 'ProblemTitle', 'name', 'message'], 300) ||
      text ||
      read.first(['subject'], 300) ||
      type,
    description: data.first(['description', 'message', 'details']),
    severity:
      read.text('severity', 100) || data.first(['severity', 'level', 'priority', 'ProblemDetails.severityLevel'], 100),
    service: data.text('service', 300),
    labels: labelsIn(data),
    url: data.first(['url', 'link', 'ProblemURL'], 2000),
    startsAt: firstOf(data, ['startsAt', 'startTime', 'ProblemDetails.startTime']) ?? (isOver ? null : time),
    endsAt: isOver ? (firstOf(data, ['endsAt', 'endTime', 'ProblemDetails.endTime']) ?? time) : null,
  };
}

/** What senders without labels say beside each other about the place. */
const places = ['project', 'stage', 'environment', 'env', 'cluster', 'namespace', 'region', 'team', 'host'];

function labelsIn(data: BodyReader): JsonObject {
  const { labels } = readLabels(firstOf(data, ['labels', 'tags']));
  const beside = places.map((name) => [name, data.text(name, 300)] as const).filter(([, text]) => text !== '');
  return { ...Object.fromEntries(beside), ...labels };
}

function firstOf(data: BodyReader, paths: readonly string[]): Json | undefined {
  return paths.map((path) => data.value(path)).find((value) => value !== undefined && value !== null && value !== '');
}

/** Its own word; else one in the type, such as `com.example.alert.resolved.v1`. */
function statusIn(data: BodyReader, type: string): string {
  const own = data.first(['status', 'state', 'State'], 100);
  return (
    own ||
    (type
      .toLowerCase()
      .split(/[._-]/)
      .find((part) => resolvedWords.has(part)) ??
      'firing')
  );
}

function identityOf(read: BodyReader, data: BodyReader, type: string): string {
  const own = read.text('subject', 400) || data.first(['fingerprint', 'alertId', 'problemId', 'PID', 'ProblemID'], 400);
  if (own !== '') return own;
  // The begin and the end of one problem are events of two types.
  return type
    .split('.')
    .filter((part) => !statusWords.has(part.toLowerCase()))
    .join('.');
}
