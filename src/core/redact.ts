// What must never be stored or shown: values of known secrets in any usual encoding, and texts that look like secrets. Also bounds size.
import { type Json, plainObject } from './json.ts';

/** Redacts JSON and text. */
export type Redactor = {
  (value: Json): Json;
  readonly text: (text: string) => string;
};

/** Longest string kept, in characters. */
const maxText = 16_384;
const maxItems = 1000;

const patterns: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g,
  /\bxapp-[A-Za-z0-9-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}\b/g,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g,
];
const bearer = /\b(Bearer|Basic)\s+[A-Za-z0-9+/_.~=-]{8,}/gi;
const pair = /\b(password|passwd|secret|token|api[_-]?key|access[_-]?key)(["']?\s*[=:]\s*["']?)([^\s"',;&}]{4,})/gi;
const suspicious = /-----BEGIN|xox|xapp-|AKIA|ASIA|gh[pousr]_|eyJ|bearer|basic|password|passwd|secret|token|key/i;

function forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const all = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
  return [...new Set(all)].filter((form) => form.length >= 4);
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A redactor for the given secret values; values shorter than 4 characters cannot be told from ordinary text. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const known = secrets.filter((secret) => secret.length >= 4).flatMap(forms);
  // A value may be broken over lines; white space between its characters does not hide it.
  const values =
    known.length === 0
      ? null
      : new RegExp(known.map((form) => [...form].map(literally).join('[\\r\\n]*')).join('|'), 'g');
  const text = (input: string): string => {
    let out = input;
    if (values) out = out.replace(values, '[redacted]');
    if (suspicious.test(out)) {
      for (const pattern of patterns) out = out.replace(pattern, '[redacted]');
      out = out.replace(bearer, '$1 [redacted]').replace(pair, '$1$2[redacted]');
    }
    return out.length <= maxText ? out : `${out.slice(0, maxText)}… [${out.length - maxText} characters cut]`;
  };
  const json = (value: Json): Json => {
    if (typeof value === 'string') return text(value);
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) {
      const kept = value.slice(0, maxItems).map((item: Json) => json(item));
      return value.length > maxItems ? [...kept, `[${value.length - maxItems} items cut]`] : kept;
    }
    return plainObject(Object.entries(value).map(([key, item]) => [text(key), json(item)]));
  };
  return Object.assign(json, { text });
}
