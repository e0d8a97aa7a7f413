// JSON values, their canonical text and digests. Everything that is stored or hashed passes through here; no I/O.
import { hash } from 'node:crypto';

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

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

/** Most objects have their names in order already. */
function sortedNames(value: object): string[] {
  const names = Object.keys(value);
  let before = '';
  for (const name of names) {
    if (name < before) return names.sort();
    before = name;
  }
  return names;
}

/**
 * Canonical text of a JSON value: keys sorted by UTF-16 code unit, no white space, ECMAScript number form
 * (the rules of RFC 8785). Equal values give equal bytes, whatever stored them. `undefined` members are dropped.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  let text = '';
  if (Array.isArray(value)) {
    for (const member of value) text += `${text === '' ? '[' : ','}${canonicalJson(member)}`;
    return text === '' ? '[]' : `${text}]`;
  }
  const source = value as Record<string, unknown>;
  for (const name of sortedNames(source)) {
    const member = source[name];
    if (member !== undefined) text += `${text === '' ? '{' : ','}${nameText(name)}:${canonicalJson(member)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

/** Lower-case hex SHA-256 of a string (as UTF-8) or bytes. */
export const sha256 = (input: string | Uint8Array): string => hash('sha256', input, 'hex');

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
