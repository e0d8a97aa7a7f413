// The stored vocabulary: what may stand in an event of each type, read off the zod schemas. What a later version may not do to it is
// in vocabulary-faults.ts.
import { z } from 'zod';
import { PlaybookLifeEvent } from '../../src/core/change-control/events.ts';
import { IncidentEvent, RunEvent, StoredEvent } from '../../src/core/events.ts';
import { GroupEvent } from '../../src/core/group/events.ts';
import { Playbook } from '../../src/core/playbook/playbook.ts';
import { SystemEvent } from '../../src/core/system/events.ts';

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** One place in an event. A place is named by its path: `data.plan.undo`, `data.items[]`, `data.env{}`, `data.trigger<alert>`. */
export const Field = z.strictObject({
  required: z.boolean(),
  /** JSON types; `json` is any of them. */
  kinds: z.array(z.string()),
  /** The only values there are. */
  values: z.array(Scalar).optional(),
  /** Limits of JSON Schema, such as `maxLength`. */
  limits: z.record(z.string(), Scalar).optional(),
});
export type Field = z.infer<typeof Field>;

/** Fields by path, by event type. */
export const Vocabulary = z.record(z.string(), z.record(z.string(), Field));
export type Vocabulary = z.infer<typeof Vocabulary>;

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Limits that must not rise. */
export const lowerLimits = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'] as const;
/** Limits that must not fall. */
export const upperLimits = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'] as const;
const otherLimits = ['multipleOf', 'format', 'pattern'] as const;
const limitNames = [...lowerLimits, ...upperLimits, ...otherLimits];
/** Keywords of JSON Schema that are looked at here, or say nothing about what is valid. */
const keywords = new Set<string>([
  ...limitNames,
  ...['$ref', 'type', 'const', 'enum', 'required', 'properties', 'items', 'additionalProperties', 'anyOf', 'oneOf'],
  ...['$schema', '$defs', 'default', 'title', 'description', 'propertyNames'],
]);

/** The vocabulary of this version. What stands around the data of every event, and a pinned playbook, are listed like types. */
export function currentVocabulary(): Vocabulary {
  const types = [
    ...IncidentEvent.options,
    ...RunEvent.options,
    ...GroupEvent.options,
    ...SystemEvent.options,
    ...PlaybookLifeEvent.options,
  ];
  return vocabularyOf([
    ['(every event)', StoredEvent],
    ['(compiled playbook)', Playbook],
    ...types.map((schema) => [schema.shape.type.value, schema] as const),
  ]);
}

/** The vocabulary of schemas by name. */
export function vocabularyOf(schemas: Iterable<readonly [string, z.ZodType]>): Vocabulary {
  return Object.fromEntries([...schemas].map(([name, schema]) => [name, fieldsOf(schema)]));
}

function fieldsOf(schema: z.ZodType): Vocabulary[string] {
  const fields: Record<string, Field> = {};
  // As input: a field with a default may be missing from what is stored.
  const root = z.toJSONSchema(schema, { io: 'input' });

  function add(path: string, found: Field): void {
    const before = fields[path];
    const values = before?.values || found.values ? [...(before?.values ?? []), ...(found.values ?? [])] : null;
    const limits = { ...before?.limits, ...found.limits };
    fields[path] = {
      required: found.required,
      kinds: [...new Set([...(before?.kinds ?? []), ...found.kinds])].sort(),
      ...(values ? { values: [...new Set(values)].sort() } : {}),
      ...(Object.keys(limits).length > 0 ? { limits } : {}),
    };
  }

  function walk(node: JsonSchema, path: string, required: boolean): void {
    const strange = Object.keys(node).find((name) => !keywords.has(name));
    if (strange !== undefined)
      throw new Error(`${path} uses ${strange}, which would go unwatched: teach vocabulary.ts`);
    // JSON within an event refers to itself; nothing else does.
    if (node.$ref !== undefined) return add(path, { required, kinds: ['json'] });
    const choices = node.anyOf ?? node.oneOf;
    if (choices) {
      for (const choice of choices.map(schemaOf)) {
        const tag = schemaOf(choice.properties?.['type']).const;
        if (tag !== undefined) add(path, { required, kinds: ['object'] });
        walk(choice, tag === undefined ? path : `${path}<${tag}>`, tag === undefined && required);
      }
      return;
    }
    const kinds = node.type === undefined ? ['json'] : [node.type].flat();
    const values = node.const === undefined ? node.enum : [node.const];
    add(path, { required, kinds, ...(values ? { values } : {}), ...limitsOf(node) });
    for (const [name, member] of Object.entries(node.properties ?? {}))
      walk(schemaOf(member), path === '' ? name : `${path}.${name}`, node.required?.includes(name) === true);
    if (node.items) walk(schemaOf(node.items), `${path}[]`, false);
    if (typeof node.additionalProperties === 'object') walk(node.additionalProperties, `${path}{}`, false);
  }

  walk(root, '', true);
  delete fields[''];
  return fields;
}

/** A part of a schema; `true` and nothing at all are a schema without a word. */
const schemaOf = (part: JsonSchema['items']): JsonSchema =>
  typeof part === 'object' && !Array.isArray(part) ? part : {};

function limitsOf(node: JsonSchema): Pick<Field, 'limits'> {
  const limits: NonNullable<Field['limits']> = {};
  for (const name of limitNames) {
    const limit = node[name];
    // The pattern of a named format is zod's own affair.
    if (limit !== undefined && (name !== 'pattern' || node.format === undefined)) limits[name] = limit;
  }
  if (node.additionalProperties === false) limits['closed'] = true;
  return Object.keys(limits).length > 0 ? { limits } : {};
}
