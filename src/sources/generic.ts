// Any JSON: a mapping of CEL expressions in the configuration says where the alert's fields are.
import { z } from 'zod';
import { JsonValue } from '../core/alert/alert.ts';
import { severityWords, toSeverity } from '../core/alert/severity.ts';
import { type Json, toJson } from '../core/json.ts';
import { compileExpression, type Reference } from '../core/playbook/expression.ts';
import { nearest } from '../core/playbook/suggest.ts';
import type { FieldFault } from '../core/refusal.ts';
import { err, ok, type Result } from '../core/result.ts';
import { asText, readLabels } from './labels.ts';
import { defineSource } from './source.ts';

const fields = [
  'alerts',
  'fingerprint',
  'status',
  'title',
  'description',
  'severity',
  'service',
  'labels',
  'startsAt',
  'endsAt',
  'groupKey',
  'deliveryKey',
] as const;
type Field = (typeof fields)[number];

/** What an expression of a mapping sees. */
const roots = ['body', 'item', 'headers'] as const;

/** Headers that prove a sender, or that nobody but the sender's own side is to know: they are not kept, so a mapping cannot read them. */
const unread = /^(?:authorization|proxy-authorization|cookie|set-cookie)$|signature|token|secret|password|api-?key/;

const Mapping = z.record(z.string(), z.string()).superRefine((mapping, context) => {
  for (const [field, text] of Object.entries(mapping)) {
    const compiled = compileExpression(text);
    const fault = !fields.some((known) => known === field)
      ? `is no field of an alert${nearest(field, fields)}; the fields are ${fields.join(', ')}`
      : compiled.ok
        ? compiled.value.references.map(faultOf).find((one) => one !== null)
        : compiled.error;
    if (fault) context.addIssue({ code: 'custom', path: [field], message: fault });
  }
});

/** Why a name in an expression of a mapping can give nothing; null if it can. */
function faultOf([root = '', header]: Reference): string | null {
  if (!roots.some((known) => known === root))
    return `${root} is not known here${nearest(root, roots)}; an expression sees ${roots.join(', ')}`;
  if (root !== 'headers') return null;
  if (header === undefined) return 'headers must be read one by one, such as headers["x-tenant"]';
  if (header !== header.toLowerCase()) return `headers["${header}"] must be in lower case, as all headers are read`;
  return unread.test(header) ? `headers["${header}"] proves a sender and is not kept, so it cannot be mapped` : null;
}

/** The headers that a mapping names. */
const headersIn = (mapping: { readonly [field: string]: string }): readonly string[] =>
  Object.values(mapping).flatMap((text) => {
    const compiled = compileExpression(text);
    const references = compiled.ok ? compiled.value.references : [];
    return references.flatMap(([root, header]) => (root === 'headers' && header !== undefined ? [header] : []));
  });

/** Used where the configuration maps nothing: the names most senders use. */
const usual: { readonly [F in Field]?: string } = {
  fingerprint: 'has(item.fingerprint) ? item.fingerprint : item.id',
  status: 'has(item.status) ? item.status : "firing"',
  title: 'has(item.title) ? item.title : item.message',
  severity: 'has(item.severity) ? item.severity : "warning"',
  labels: 'has(item.labels) ? item.labels : {}',
};

const resolvedWords = new Set([
  'resolved',
  'ok',
  'up',
  'recovered',
  'closed',
  'normal',
  'recovery',
  'inactive',
  'green',
  'healthy',
  'success',
]);

/** Fields that an alert can do without: where their expression fails it is told without them. */
const forgiven: ReadonlySet<Field> = new Set(['description', 'severity', 'service', 'labels', 'startsAt', 'endsAt']);

function sampleOf(status: 'firing' | 'resolved') {
  return {
    id: 'disk-db-1',
    title: 'Disk of db-1 is 95 % full',
    status,
    severity: 'critical',
    labels: { host: 'db-1' },
  };
}

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
\`\`\`

Fields: ${fields.map((field) => `\`${field}\``).join(', ')}. \`fingerprint\` must be the same each time the same problem is told.
\`status\` means that it is over for ${[...resolvedWords].map((word) => `\`${word}\``).join(', ')}, and that it fires for anything else. \`deliveryKey\` is the
sender's own id of the delivery. Without a mapping \`fingerprint\` (or \`id\`), \`status\`, \`title\` (or \`message\`), \`severity\` and \`labels\`
are taken from the body. A number in the body keeps all its digits: one of 64 bits is a text for expressions.

\`labels\` may be an object, a list of tags (\`["env:prod", "db"]\` gives \`env: prod\` and \`db: "true"\`) or one text of tags. \`startsAt\` and
\`endsAt\` may be ISO texts or Unix time in any unit. \`headers["x-tenant"]\` is a header of the request, its name in lower case; one that proves
the sender cannot be read. Severity: ${Object.entries(severityWords)
      .map(([severity, words]) => `${severity} is ${words.map((word) => `\`${word}\``).join(', ')}`)
      .join(
        '; ',
      )}. \`P0\` and \`P1\` (also \`SEV1\`, \`S1\`) are critical, 2 is error, 3 warning, from 4 on info. A bare number counts
upwards, as in Zabbix: 5 critical, 4 error, 3 and 2 warning, 1 info; where 1 is your worst, map \`'"P" + string(item.level)'\`. Anything else
is a warning. An expression that fails for \`description\`, \`severity\`, \`service\`, \`labels\` or a time is told with the alert; for any other
field the delivery is refused.`,
    security: 'Use `hmac` if the sender can sign, else `bearer` or `basic` over HTTPS.',
    test: '`firebreak alert send` sends a body for the mapping that is used where none is written. Send one of your own with `--file`.',
    retries: `What your sender does decides. An answer of 2xx means that the alert is stored; send again after 429, 503 and no answer. The same
body within a minute is taken once, unless something else was told of its alerts in between, or it fires and its incident is not open.`,
  },
  retriesOn: [],
  body: JsonValue,
  settings: z.strictObject({ mapping: Mapping.optional() }),
  sample: {
    headers: { 'content-type': 'application/json' },
    body: sampleOf('firing'),
    resolved: sampleOf('resolved'),
  },
  headersRead: ({ mapping = {} }) => headersIn(mapping),
  read({ body, settings, integration, delivery }) {
    const mapping: { readonly [F in Field]?: string } = settings.mapping ?? usual;
    const headers = toJson(delivery.headers);
    const value = (field: Field, item: Json): Result<Json, FieldFault> => {
      const text = mapping[field];
      if (text === undefined) return ok(null);
      const compiled = compileExpression(text);
      const result = compiled.ok ? compiled.value.run({ body, item, headers }) : compiled;
      return result.ok
        ? result
        : err({ path: field, message: `${text}: ${result.error}; change mapping.${field}, or send that field` });
    };
    const list = mapping.alerts === undefined ? ok<Json>([body]) : value('alerts', body);
    if (!list.ok) return err([list.error]);
    if (!Array.isArray(list.value)) return err([{ path: 'alerts', message: 'mapping.alerts must give a list' }]);
    const faults: FieldFault[] = [];
    const alerts = (list.value as readonly Json[]).map((item) => {
      const remarks: string[] = [];
      const read = (field: Field): Json => {
        const result = value(field, item);
        if (result.ok) return result.value;
        if (forgiven.has(field)) remarks.push(asText(`${field}: ${result.error.message}`, 400));
        else faults.push(result.error);
        return null;
      };
      const word = asText(read('severity'), 100) || null;
      const group = asText(read('groupKey'), 1500);
      const id = asText(read('fingerprint'), 400);
      if (id === '')
        faults.push({
          path: 'fingerprint',
          message: 'gives nothing; an alert needs a value that is the same each time',
        });
      const { labels, remarks: ofLabels } = readLabels(read('labels'));
      const status = resolvedWords.has(asText(read('status'), 100).trim().toLowerCase())
        ? ('resolved' as const)
        : ('firing' as const);
      return {
        source: 'generic',
        integration,
        fingerprint: `${integration}/${id}`,
        status,
        title: asText(read('title'), 300) || 'Alert without a title',
        description: asText(read('description'), 4000),
        severity: toSeverity(word),
        sourceSeverity: word,
        service: asText(read('service'), 300) || null,
        labels,
        startsAt: read('startsAt'),
        endsAt: read('endsAt'),
        groupKey: group === '' ? null : `${integration}/${group}`,
        remarks: [...remarks, ...ofLabels],
      };
    });
    const key = value('deliveryKey', body);
    if (!key.ok) faults.push(key.error);
    if (faults.length > 0) return err(faults);
    return ok({ alerts, deliveryKey: key.ok ? asText(key.value, 300) || null : null, truncated: 0 });
  },
});
