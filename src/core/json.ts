// JSON values, their canonical text and digests. Everything that is stored or hashed passes through here; no I/O.
import type { Json, JsonObject } from './json-value.ts';
import { sha256 } from './primitives.ts';

export type { Json, JsonObject } from './json-value.ts';
export { sha256 } from './primitives.ts';

/** Member names as JSON. They are few and come again and again; what comes from outside must not fill the memory. */
const nameTexts = new Map<string, string>();
const maxNames = 5000;

function nameText(name: string): string {
  const known = nameTexts.get(name);
  if (known !== undefined) return known;
  const text = JSON.stringify(name);
  if (nameTexts.size < maxNames) nameTexts.set(name, text);
  return text;
}

/** Names of an object in their order. Few names are put in order where they stand: a sort of the engine's allocates far more. */
function sortedNames(value: object): string[] {
  const names = Object.keys(value);
  if (names.length > manyNames) return names.sort();
  for (let end = 1; end < names.length; end++) {
    const name = names[end] ?? '';
    let at = end;
    for (; at > 0 && (names[at - 1] ?? '') > name; at--) names[at] = names[at - 1] ?? '';
    names[at] = name;
  }
  return names;
}
const manyNames = 24;

/** True if the engine's own text of a value is the canonical one: plain JSON whose names stand in their order. */
function isInOrder(value: unknown): boolean {
  if (typeof value !== 'object') return typeof value !== 'function' && typeof value !== 'symbol';
  if (value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  const members = value as { readonly [name: string]: unknown };
  let before = '';
  for (const name in members) {
    if (name < before || !isInOrder(members[name])) return false;
    before = name;
  }
  return true;
}

/** So many levels down it is looked whether the rest is in order: often enough for what we write, and a bound for what comes from outside. */
const lookLevels = 3;

/**
 * Canonical text of a JSON value: keys sorted by UTF-16 code unit, no white space, ECMAScript number form
 * (the rules of RFC 8785). Equal values give equal bytes, whatever stored them. `undefined` members are dropped.
 */
export const canonicalJson = (value: unknown): string => canonicalText(value, lookLevels);

function canonicalText(value: unknown, looks: number): string {
  if (value === null || typeof value !== 'object' || (looks > 0 && isInOrder(value)))
    return JSON.stringify(value) ?? 'null';
  let text = '';
  if (Array.isArray(value)) {
    for (const member of value) text += `${text === '' ? '[' : ','}${canonicalText(member, looks - 1)}`;
    return text === '' ? '[]' : `${text}]`;
  }
  const source = value as Record<string, unknown>;
  for (const name of sortedNames(source)) {
    const member = source[name];
    if (member !== undefined) text += `${text === '' ? '{' : ','}${nameText(name)}:${canonicalText(member, looks - 1)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

/** SHA-256 of the canonical text of a JSON value, as `sha256:<hex>`. */
export function digestJson(value: unknown): string {
  return `sha256:${sha256(canonicalJson(value))}`;
}

/**
 * Makes text storable and displayable anywhere: NUL becomes U+FFFD (PostgreSQL cannot hold it) and lone surrogates are replaced.
 */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}

/**
 * Copies foreign data into plain JSON: strings cleaned, `__proto__` kept as plain data, non-finite numbers and
 * other non-JSON values become null. The copy shares nothing with the input.
 */
export function toJson(value: unknown): Json {
  switch (typeof value) {
    case 'string':
      return cleanText(value);
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case 'object':
      break;
    default:
      return null;
  }
  if (value === null) return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map(toJson);
  const entries = value instanceof Map ? [...value.entries()] : Object.entries(value);
  return plainObject(entries.map(([key, member]) => [cleanText(String(key)), toJson(member)]));
}

/** Builds an object whose keys may be `__proto__`, `constructor` and the like without touching any prototype. */
export function plainObject(entries: readonly (readonly [string, Json])[]): JsonObject {
  const object: Record<string, Json> = {};
  for (const [key, value] of entries) {
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return object;
}
