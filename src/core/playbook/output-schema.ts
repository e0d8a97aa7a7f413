// The declared shape of a step's output, as JSON Schema. Pure.
import { z } from 'zod';
import type { Json, JsonObject } from '../json.ts';

const compiled = new WeakMap<JsonObject, z.ZodType>();

function compile(schema: JsonObject): z.ZodType {
  const known = compiled.get(schema) ?? z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  compiled.set(schema, known);
  return known;
}

/** What is wrong with a schema; null if it can be used. */
export function schemaFault(schema: JsonObject): string | null {
  try {
    compile(schema);
    return null;
  } catch (error) {
    return `is no JSON Schema that can be checked: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Where an output does not fit its schema, in words; null if it does. */
export function outputFault(schema: JsonObject, output: Json): string | null {
  const parsed = compile(schema).safeParse(output);
  if (parsed.success) return null;
  return parsed.error.issues.map(({ path, message }) => `${['output', ...path].join('.')}: ${message}`).join('; ');
}
