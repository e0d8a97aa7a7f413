// Alerts by a mapping of CEL expressions over any JSON: what the settings of such a source are, and what they make of a body. No I/O.
import { z } from 'zod';
import { Severity, toSeverity } from '../core/alert/severity.ts';
import type { Json } from '../core/json.ts';
import { compileExpression, type Reference } from '../core/playbook/expression.ts';
import { nearest } from '../core/playbook/suggest.ts';
import type { FieldFault } from '../core/refusal.ts';
import { err, ok, type Result } from '../core/result.ts';
import { draftAlert } from './draft-alert.ts';
import { asText, readLabels } from './labels.ts';
import { asLink, type DraftAlert } from './source.ts';

/** The fields that a mapping may name. */
export const mappedFields = [
  'alerts',
  'fingerprint',
  'status',
  'title',
  'description',
  'severity',
  'service',
  'labels',
  'annotations',
  'url',
  'startsAt',
  'endsAt',
  'groupKey',
  'deliveryKey',
] as const;
type Field = (typeof mappedFields)[number];
/** Expressions by field. */
export type FieldMap = { readonly [F in Field]?: string };

/** What an expression of a mapping sees. */
const roots = ['body', 'item', 'headers', 'query'] as const;

/** Headers and fields of the query that prove a sender, or that nobody but the sender's own side is to know: they are not kept. */
const unread = /^(?:authorization|proxy-authorization|cookie|set-cookie)$|signature|token|secret|password|api-?_?key/;

const Mapping = z.record(z.string(), z.string()).superRefine((mapping, context) => {
  for (const [field, text] of Object.entries(mapping)) {
    const compiled = compileExpression(text);
    const fault =
      unknownField(field) ??
      (compiled.ok ? (compiled.value.references.map(faultOf).find((one) => one !== null) ?? null) : compiled.error);
    if (fault !== null) context.addIssue({ code: 'custom', path: [field], message: fault });
  }
});

const unknownField = (field: string): string | null =>
  mappedFields.some((known) => known === field)
    ? null
    : `is no field of an alert${nearest(field, mappedFields)}; the fields are ${mappedFields.join(', ')}`;

/** Why a name in an expression of a mapping can give nothing; null if it can. */
function faultOf([root = '', name]: Reference): string | null {
  if (!roots.some((known) => known === root))
    return `${root} is not known here${nearest(root, roots)}; an expression sees ${roots.join(', ')}`;
  if (root !== 'headers' && root !== 'query') return null;
  if (name === undefined) return `${root} must be read one by one, such as ${root}["x-tenant"]`;
  if (root === 'headers' && name !== name.toLowerCase())
    return `headers["${name}"] must be in lower case, as all headers are read`;
  return unread.test(name.toLowerCase())
    ? `${root}["${name}"] proves a sender and is not kept, so it cannot be mapped`
    : null;
}

const Words = z.strictObject({
  /** What the sender's words for the state mean; `ignored` begins and ends nothing. In any case of letters. */
  status: z.record(z.string(), z.enum(['firing', 'resolved', 'ignored'])).default({}),
  /** What the sender's words for the severity mean. */
  severity: z.record(z.string(), Severity).default({}),
});

const Defaults = z.record(z.string(), z.string()).superRefine((defaults, context) => {
  for (const field of Object.keys(defaults)) {
    const fault = field === 'alerts' ? 'has no default: a body without a list has no alerts' : unknownField(field);
    if (fault !== null) context.addIssue({ code: 'custom', path: [field], message: fault });
  }
});

/** Settings of a source whose bodies are mapped. */
export const mappingSettings = {
  /** CEL expressions by field. */
  mapping: Mapping.optional(),
  words: Words.optional(),
  /** Texts for fields that give nothing, or whose expression fails. */
  defaults: Defaults.optional(),
};
const MappingSettings = z.strictObject(mappingSettings);
type MappingSettings = z.output<typeof MappingSettings>;

/** The names that the expressions of a mapping read under one root. */
export function namesRead(mapping: FieldMap | undefined, wanted: 'headers' | 'query'): readonly string[] {
  return Object.values(mapping ?? {}).flatMap((text) => {
    const compiled = compileExpression(text);
    const references = compiled.ok ? compiled.value.references : [];
    return references.flatMap(([root, name]) => (root === wanted && name !== undefined ? [name] : []));
  });
}

/** Words that say that it is over, where `words.status` does not name them. */
export const resolvedWords: ReadonlySet<string> = new Set(
  'resolved ok up recovered closed normal recovery inactive green healthy success'.split(' '),
);

/** Fields that an alert can do without: where their expression fails it is told without them. */
const needed: ReadonlySet<Field> = new Set(['alerts', 'fingerprint', 'status', 'deliveryKey']);

type MapInput = {
  readonly source: string;
  readonly integration: string;
  readonly settings: Pick<MappingSettings, 'words' | 'defaults'>;
  readonly mapping: FieldMap;
  readonly body: Json;
  readonly headers: Json;
  readonly query: Json;
};

/** What a mapping makes of a body, or the fields that it cannot do without and did not get. */
export function readMapped(
  input: MapInput,
): Result<
  { readonly alerts: readonly DraftAlert[]; readonly deliveryKey: string | null; readonly truncated: number },
  readonly FieldFault[]
> {
  const { mapping, body } = input;
  const evaluate = evaluatorOf(input);
  const list = mapping.alerts === undefined ? ok<Json>([body]) : evaluate('alerts', body);
  if (!list.ok) return err([list.error]);
  if (!Array.isArray(list.value))
    return err([
      { path: 'alerts', message: `must give a list, and gives ${kindOf(list.value)}; change mapping.alerts` },
    ]);
  const faults: FieldFault[] = [];
  const alerts = (list.value as readonly Json[]).flatMap((item) => alertOf(input, item, evaluate, faults) ?? []);
  const key = evaluate('deliveryKey', body);
  if (!key.ok) faults.push(key.error);
  if (faults.length > 0) return err(faults.slice(0, 50));
  return ok({ alerts, deliveryKey: key.ok ? asText(key.value) || null : null, truncated: 0 });
}

const kindOf = (value: Json): string =>
  value === null ? 'nothing' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;

type Evaluate = (field: Field, item: Json) => Result<Json, FieldFault>;

/** Evaluates the expression of a field; its default where it gives nothing or fails, null where there is neither. */
function evaluatorOf({ mapping, settings: { defaults = {} }, body, headers, query }: MapInput): Evaluate {
  return (field, item) => {
    const text = mapping[field];
    const fallback = Object.hasOwn(defaults, field) ? (defaults[field] ?? null) : null;
    if (text === undefined) return ok(fallback);
    const compiled = compileExpression(text);
    const result = compiled.ok ? compiled.value.run({ body, item, headers, query }) : compiled;
    if (result.ok) return ok(result.value === null || result.value === '' ? (fallback ?? result.value) : result.value);
    return fallback !== null
      ? ok(fallback)
      : err({
          path: field,
          message: `${text}: ${result.error}; change mapping.${field}, give it a default, or send that field`,
        });
  };
}

/** One alert; null if it is to be ignored. */
function alertOf(input: MapInput, item: Json, evaluate: Evaluate, faults: FieldFault[]): DraftAlert | null {
  const { words } = input.settings;
  const remarks: string[] = [];
  const read = (field: Field): Json => {
    const result = evaluate(field, item);
    if (result.ok) return result.value;
    if (needed.has(field)) faults.push(result.error);
    else remarks.push(asText(`${field}: ${result.error.message}`, 400));
    return null;
  };
  const said = asText(read('status'), 100).trim().toLowerCase();
  const status = wordIn(words?.status, said) ?? (resolvedWords.has(said) ? 'resolved' : 'firing');
  if (status === 'ignored') return null;
  const before = faults.length;
  const id = asText(read('fingerprint'));
  if (id === '' && faults.length === before)
    faults.push({ path: 'fingerprint', message: 'gives nothing; an alert needs a value that is the same each time' });
  const word = asText(read('severity'), 100);
  const draft = draftAlert({
    source: input.source,
    integration: input.integration,
    id,
    status,
    title: asText(read('title'), 300),
    description: asText(read('description')),
    word,
    service: asText(read('service'), 300),
    labels: readLabels(read('labels')),
    annotations: readLabels(read('annotations'), 'annotations'),
    startsAt: read('startsAt'),
    endsAt: read('endsAt'),
    links: asLink('Source', asText(read('url'), 2000)),
    group: asText(read('groupKey'), 1500),
    remarks,
  });
  const severity = wordIn(words?.severity, word.trim().toLowerCase()) ?? toSeverity(word || null);
  return { ...draft, severity };
}

/** What a word means to the sender; words are compared in lower case. */
function wordIn<T>(words: { readonly [word: string]: T } | undefined, said: string): T | undefined {
  return Object.entries(words ?? {}).find(([word]) => word.trim().toLowerCase() === said)?.[1];
}
