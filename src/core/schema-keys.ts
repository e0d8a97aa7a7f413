// Which keys a place of a document may have, by its schema. Pure; checks nothing.
import { z } from 'zod';

type Path = readonly PropertyKey[];

/** The keys of the map at a path; of several forms, those of all. None where it is no map with keys of its own. */
export function keysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  const [key, ...rest] = path;
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  if (schema instanceof z.ZodRecord) return keysAt(schema.valueType, rest);
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap((form) => keysAt(form, path)))];
  if (schema instanceof z.ZodObject) {
    if (key === undefined) return Object.keys(schema.shape);
    const member: unknown = Object.hasOwn(schema.shape, key) ? schema.shape[String(key)] : undefined;
    return member instanceof z.ZodType ? keysAt(member, rest) : [];
  }
  const within = inside(schema);
  return within.flatMap((one) => keysAt(one, path));
}

/** What a schema is put around. */
function inside(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  // What is made of the input, or out of which it is made, has no keys of the input.
  if (schema instanceof z.ZodPipe) return schema.in instanceof z.ZodTransform ? [schema.out] : [schema.in];
  if (schema instanceof z.ZodLazy) return [schema.unwrap()];
  const isWrapped =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly;
  return isWrapped ? [schema.unwrap()] : [];
}
