// Any JSON: a mapping of CEL expressions in the configuration says where the alert's fields are.
import { z } from 'zod';
import { JsonValue, toSeverity } from '../core/alert/alert.ts';
import type { Json } from '../core/json.ts';
import { compileExpression } from '../core/playbook/expression.ts';
import { nearest } from '../core/playbook/suggest.ts';
import type { FieldFault } from '../core/refusal.ts';
import { err, ok, type Result } from '../core/result.ts';
import { asInstant, asText, asTexts, defineSource } from './source.ts';

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
  'groupKey',
  'deliveryKey',
] as const;
type Field = (typeof fields)[number];

const Mapping = z.record(z.string(), z.string()).superRefine((mapping, context) => {
  for (const [field, text] of Object.entries(mapping)) {
    const compiled = compileExpression(text);
    const fault = !fields.some((known) => known === field)
      ? `is no field of an alert${nearest(field, fields)}; the fields are ${fields.join(', ')}`
      : compiled.ok
        ? null
        : compiled.error;
    if (fault !== null) context.addIssue({ code: 'custom', path: [field], message: fault });
  }
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
are taken from the body.`,
    security: 'Use `hmac` if the sender can sign, else `bearer` or `basic` over HTTPS.',
    test: '`firebreak alert send` sends a body for the mapping that is used where none is written. Send one of your own with `--file`.',
    retries: `What your sender does decides. An answer of 2xx means that the alert is stored; send again after 429, 503 and no answer. The same
body within a minute is taken once; a sender that repeats itself on purpose maps \`deliveryKey\`.`,
  },
  retriesOn: [],
  body: JsonValue,
  settings: z.strictObject({ mapping: Mapping.optional() }),
  sample: {
    headers: { 'content-type': 'application/json' },
    body: sampleOf('firing'),
    resolved: sampleOf('resolved'),
  },
  read({ body, settings, integration }) {
    const mapping: { readonly [F in Field]?: string } = settings.mapping ?? usual;
    const value = (field: Field, item: Json): Result<Json, FieldFault> => {
      const text = mapping[field];
      if (text === undefined) return ok(null);
      const compiled = compileExpression(text);
      const result = compiled.ok ? compiled.value.run({ body, item }) : compiled;
      return result.ok
        ? result
        : err({ path: field, message: `${text}: ${result.error}; change mapping.${field}, or send that field` });
    };
    const list = mapping.alerts === undefined ? ok<Json>([body]) : value('alerts', body);
    if (!list.ok) return err([list.error]);
    if (!Array.isArray(list.value)) return err([{ path: 'alerts', message: 'mapping.alerts must give a list' }]);
    const faults: FieldFault[] = [];
    const alerts = (list.value as readonly Json[]).map((item) => {
      const read = (field: Field): Json => {
        const result = value(field, item);
        if (!result.ok) faults.push(result.error);
        return result.ok ? result.value : null;
      };
      const labels = read('labels');
      const word = asText(read('severity'), 100) || null;
      const group = asText(read('groupKey'), 1500);
      const id = asText(read('fingerprint'), 400);
      if (id === '')
        faults.push({
          path: 'fingerprint',
          message: 'gives nothing; an alert needs a value that is the same each time',
        });
      return {
        source: 'generic',
        integration,
        fingerprint: `${integration}/${id}`,
        status: resolvedWords.has(asText(read('status'), 100).toLowerCase())
          ? ('resolved' as const)
          : ('firing' as const),
        title: asText(read('title'), 300) || 'Alert without a title',
        description: asText(read('description'), 4000),
        severity: toSeverity(word),
        sourceSeverity: word,
        service: asText(read('service'), 300) || null,
        labels: asTexts(
          labels !== null && typeof labels === 'object' && !Array.isArray(labels)
            ? (labels as { [key: string]: Json })
            : {},
        ),
        startsAt: asInstant(asText(read('startsAt'), 100)),
        groupKey: group === '' ? null : `${integration}/${group}`,
      };
    });
    const key = value('deliveryKey', body);
    if (!key.ok) faults.push(key.error);
    if (faults.length > 0) return err(faults);
    return ok({ alerts, deliveryKey: key.ok ? asText(key.value, 300) || null : null, truncated: 0 });
  },
});
