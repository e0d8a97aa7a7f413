// Any JSON: a mapping of CEL expressions in the configuration says where the alert's fields are.
import { z } from 'zod';
import { JsonValue } from '../core/alert/alert.ts';
import { severityWords } from '../core/alert/severity.ts';
import { toJson } from '../core/json.ts';
import { type FieldMap, mappedFields, mappingSettings, namesRead, readMapped, resolvedWords } from './mapping.ts';
import { defineSource } from './source.ts';

/** Used where the configuration maps nothing: the names most senders use. */
const usual: FieldMap = {
  fingerprint: 'has(item.fingerprint) ? item.fingerprint : item.id',
  status: 'has(item.status) ? item.status : "firing"',
  title: 'has(item.title) ? item.title : item.message',
  severity: 'has(item.severity) ? item.severity : "warning"',
  labels: 'has(item.labels) ? item.labels : {}',
};

function sampleOf(status: 'firing' | 'resolved') {
  return {
    id: 'disk-db-1',
    title: 'Disk of db-1 is 95 % full',
    status,
    severity: 'critical',
    labels: { host: 'db-1' },
  };
}

const code = (words: Iterable<string>) => [...words].map((word) => `\`${word}\``).join(', ');

/** The source. In a mapping `body` is the whole body and `item` one element of `alerts` (the body itself without it). */
export const generic = defineSource({
  id: 'generic',
  title: 'Any JSON, mapped by CEL',
  docs: {
    setUp: `Let the sender POST its JSON to \`/hooks/generic\`, or to \`/hooks/generic/NAME\` for each integration. A \`mapping\` of CEL
expressions says where the fields of an alert are: \`body\` is the whole body, \`item\` one element of \`alerts\`, or the body itself.

\`\`\`yaml
integrations:
  deploys:
    source: generic
    auth: { type: hmac, secret: { env: DEPLOYS_SECRET }, header: X-Signature, prefix: "sha256=", timestampHeader: X-Timestamp }
    mapping: { fingerprint: item.id, status: item.state, title: item.message, severity: item.level, labels: item.tags }
    words: { status: { raised: firing, cleared: resolved, note: ignored }, severity: { "1": critical, "2": warning } }
    defaults: { severity: warning, service: deploys }
\`\`\`

Fields: ${code(mappedFields)}. \`fingerprint\` must be the same each time the same problem is told.
\`status\` means that it is over for ${code(resolvedWords)}, and that it fires for anything else; \`words.status\` says
what other words mean, and \`ignored\` is for those that begin and end nothing. \`deliveryKey\` is the sender's own id of the delivery.
Without a mapping \`fingerprint\` (or \`id\`), \`status\`, \`title\` (or \`message\`), \`severity\` and \`labels\` are taken from the body. A
number in the body keeps all its digits: one of 64 bits is a text for expressions. \`defaults\` are texts for fields that give nothing.

| the sender | the mapping |
|---|---|
| sends several alerts at once | \`alerts: body.alerts\` |
| sends lists within lists | \`alerts: 'body.hosts.map(h, h.checks.map(c, {"host": h.name, "check": c})).flatten()'\` |
| sends some that are none | \`alerts: 'body.items.filter(i, i.kind == "alert")'\` |
| packs its data in base64 | \`title: 'json.decode(string(base64.decode(body.data))).title'\` |
| packs JSON in a text | \`title: json.decode(body.message).title\` |
| leaves fields out | \`service: item.?service.orValue("shop")\`, or \`defaults\` |
| sends a form, multipart, or a GET with a query | its fields are \`body\`: \`title: body.subject\` |
| sends plain text | it is \`body\`: \`title: body\` |
| says more in the URL or in a header | \`service: 'query["team"]'\`, \`service: 'headers["x-tenant"]'\` |
| tells time in seconds or milliseconds | \`startsAt: item.ts\`: any unit since 1970, ISO texts, and what \`timestamp()\` gives |

\`labels\` and \`annotations\` may be an object, a list of tags (\`["env:prod", "db"]\` gives \`env: prod\` and \`db: "true"\`) or one text of tags.
\`url\` is a link to the alert. Names of headers are in lower case; a header or a field of the query that proves the sender cannot be read.
Severity: ${Object.entries(severityWords)
      .map(([severity, words]) => `${severity} is ${code(words)}`)
      .join(
        '; ',
      )}. \`P0\` and \`P1\` (also \`SEV1\`, \`S1\`) are critical, 2 is error, 3 warning, from 4 on info. A bare number counts
upwards, as in Zabbix: 5 critical, 4 error, 3 and 2 warning, 1 info; where 1 is your worst, map \`'"P" + string(item.level)'\`, or name
the numbers in \`words.severity\`. Anything else is a warning. An expression that fails for \`alerts\`, \`fingerprint\`, \`status\` or \`deliveryKey\`
has the delivery refused, and kept to be replayed; one that fails for any other field is told with the alert.`,
    security:
      'Use `hmac` if the sender can sign, else `bearer`, `header` or `basic` over HTTPS; `query` only for a sender that can set nothing but a URL.',
    test: `\`firebreak explain --source generic --file body.json\` prints what the mapping makes of a body, field by field, and sends nothing.
\`firebreak alert send\` sends a body for the mapping that is used where none is written. Send one of your own with \`--file\`.`,
    retries: `What your sender does decides. An answer of 2xx means that the alert is stored; send again after 429, 503 and no answer. The same
body within a minute is taken once, unless something else was told of its alerts in between, or it fires and its incident is not open.`,
  },
  retriesOn: [],
  body: JsonValue,
  settings: z.strictObject(mappingSettings),
  wire: { methods: ['GET', 'PUT', 'PATCH'], forms: 'fields', multipart: true, texts: 'text/plain' },
  sample: {
    headers: { 'content-type': 'application/json' },
    body: sampleOf('firing'),
    resolved: sampleOf('resolved'),
  },
  headersRead: ({ mapping }) => namesRead(mapping, 'headers'),
  queryRead: ({ mapping }) => namesRead(mapping, 'query'),
  read({ body, settings, integration, delivery }) {
    const { mapping = usual, words, defaults } = settings;
    const headers = toJson(delivery.headers);
    const query = toJson(delivery.query ?? {});
    return readMapped({ source: 'generic', integration, settings: { words, defaults }, mapping, body, headers, query });
  },
});
