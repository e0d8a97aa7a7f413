// The declared shape of a step's output, as JSON Schema (2020-12). Pure. What a schema says that is not checked is a fault of it.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Json, JsonObject } from '../json.ts';

const ajv = new Ajv2020({ allErrors: true, strictTypes: false, strictRequired: false, logger: false });
formats.default(ajv);
const compiled = new WeakMap<JsonObject, ValidateFunction>();

function compile(schema: JsonObject): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  try {
    const fits = ajv.compile(schema);
    compiled.set(schema, fits);
    return fits;
  } finally {
    // It would keep every schema of every playbook that was ever loaded.
    ajv.removeSchema(schema);
  }
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
  const fits = compile(schema);
  if (fits(output)) return null;
  return (fits.errors ?? []).map(({ instancePath, message }) => `output${instancePath}: ${message}`).join('; ');
}
