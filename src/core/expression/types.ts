// What is known of a value before there is one: its kind, and the members it has. Pure.
import type { CelType } from '@bufbuild/cel';
import type { Json, JsonObject } from '../json.ts';

/** Kinds of values. `any`: nothing is known. `number`: whole or not. */
export type ValueKind =
  | 'any'
  | 'number'
  | 'int'
  | 'double'
  | 'uint'
  | 'string'
  | 'bool'
  | 'bytes'
  | 'null'
  | 'list'
  | 'map'
  | 'type'
  | 'timestamp'
  | 'duration';

/** What is known of a value. */
export type ValueType = {
  readonly kind: ValueKind;
  /** Every member that a map can have; absent: it may have any. */
  readonly members?: { readonly [name: string]: ValueType };
  /** True: a member that is not among them is told elsewhere. */
  readonly open?: boolean;
  /** What a list, or a map of anything, holds. */
  readonly item?: ValueType;
  /** True: an optional, which holds such a value or nothing. */
  readonly optional?: boolean;
};

/** A value of which only the kind is known. */
export const ofKind = (kind: ValueKind): ValueType => ({ kind });
/** Nothing is known. */
export const anything: ValueType = ofKind('any');
/** A map with these members and no others. */
export const record = (members: { readonly [name: string]: ValueType }): ValueType => ({ kind: 'map', members });

/** What people call a kind. */
export const kindInWords: { readonly [kind in ValueKind]: string } = {
  any: 'anything',
  number: 'a number',
  int: 'a whole number',
  uint: 'a whole number',
  double: 'a number',
  string: 'a text',
  bool: 'true or false',
  bytes: 'bytes',
  null: 'null',
  list: 'a list',
  map: 'a map',
  type: 'a type',
  timestamp: 'a timestamp',
  duration: 'a duration',
};

const numbers: readonly ValueKind[] = ['number', 'int', 'double', 'uint'];
const exact: ReadonlyMap<string, ValueKind> = new Map([
  ['dyn', 'any'],
  ['int', 'int'],
  ['uint', 'uint'],
  ['double', 'double'],
  ['string', 'string'],
  ['bool', 'bool'],
  ['bytes', 'bytes'],
  ['null_type', 'null'],
  ['list', 'list'],
  ['map', 'map'],
  ['type', 'type'],
  ['google.protobuf.Timestamp', 'timestamp'],
  ['google.protobuf.Duration', 'duration'],
]);

/** The kind of a type of CEL. */
export const kindOfType = (type: CelType): ValueKind => exact.get(type.name) ?? 'any';

/** Whether a value of one kind can be one of another. */
export function canBe(given: ValueKind, wanted: ValueKind): boolean {
  if (given === 'any' || wanted === 'any' || given === wanted) return true;
  return (given === 'number' && numbers.includes(wanted)) || (wanted === 'number' && numbers.includes(given));
}

/** Whether a kind is one of the kinds of numbers. */
export const isNumber = (kind: ValueKind): boolean => numbers.includes(kind);

/** What is known of a value that is one of several. */
export function either(types: readonly ValueType[]): ValueType {
  const [first, ...rest] = types;
  if (!first) return anything;
  if (rest.every((type) => type === first)) return first;
  const optional = types.some((type) => type.optional) ? { optional: true } : {};
  if (rest.every(({ kind }) => kind === first.kind)) return { kind: first.kind, ...optional };
  return types.every(({ kind }) => isNumber(kind)) ? { kind: 'number', ...optional } : { kind: 'any', ...optional };
}

const jsonKinds: { readonly [type: string]: ValueKind } = {
  string: 'string',
  number: 'number',
  integer: 'int',
  boolean: 'bool',
  null: 'null',
  array: 'list',
  object: 'map',
};

/** What a JSON Schema says of a value; whatever it says in another way than by `type`, `properties` and `items` is not known. */
export function typeOfSchema(schema: Json | undefined): ValueType {
  if (schema === null || typeof schema !== 'object' || Array.isArray(schema)) return anything;
  const { type, properties, items, additionalProperties } = schema as JsonObject;
  const kind = typeof type === 'string' ? (jsonKinds[type] ?? 'any') : 'any';
  if (kind === 'list') return { kind, item: typeOfSchema(items) };
  if (kind !== 'map') return { kind };
  const known = properties === null || typeof properties !== 'object' ? {} : (properties as JsonObject);
  const members = Object.fromEntries(Object.entries(known).map(([name, member]) => [name, typeOfSchema(member)]));
  if (additionalProperties === false) return { kind, members };
  return Object.keys(members).length === 0
    ? { kind, item: typeOfSchema(additionalProperties) }
    : { kind, members, open: true };
}
