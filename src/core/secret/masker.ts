// Puts a named placeholder in place of every known secret, and puts secrets back where a step's input is rendered. A placeholder
// carries a tag that only the installation's key can make, so that nobody outside can write one. Pure.
import { createHmac } from 'node:crypto';
import { type Json, plainObject } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { formsOf } from './forms.ts';
import { type KnownSecret, type KnownSecrets, minSecretChars } from './known-secrets.ts';
import { type Found, type Patterns, patternsFor } from './patterns.ts';

/** Masks and unmasks. Two masked texts are equal if and only if the texts were, so digests of masked data tell them apart. */
export type Masker = {
  /** With placeholders in place of known secrets; the very same value if it holds none. */
  readonly mask: <T>(value: T) => T;
  /** The same for what comes from outside: what looks like a placeholder there is made to be none. */
  readonly incoming: <T>(value: T) => T;
  /** The secrets again in place of their placeholders; the error says which cannot be put back, and why. */
  readonly restore: (value: Json) => Result<Json, string>;
};

/** What stands in a text in place of a secret: `[secret:NAME]`, and where data is masked `[secret:NAME/FORM#TAG]`. */
const placeholder = /\[secret:([A-Za-z0-9_.-]+)(?:\/([a-z0-9-]+))?(?:#([\w-]{11}))?\]/g;
const looksLikeOne = /\[secret:/i;
const opening = /\[(?=secret:)/gi;
const altered = 'altered';
/** A service token is known by its look: its value is kept nowhere. */
const serviceToken = /(?<![A-Za-z0-9])fbt_[A-Za-z0-9]{20,}/g;
const serviceTokenName = 'service-token';

/** A text in which every placeholder shows its name only; each name is noted. */
export const named = (text: string, note: (name: string) => void): string =>
  text.includes('[secret:')
    ? text.replace(placeholder, (_, name: string) => {
        note(name);
        return `[secret:${name}]`;
      })
    : text;

/** How deep a value is looked into; what lies deeper is cut off. Nobody nests data as deep. */
const maxDepth = 200;
const tooDeep = '[nested too deep]';

type Prepared = {
  readonly secrets: readonly KnownSecret[];
  readonly byName: ReadonlyMap<string, KnownSecret>;
  readonly patterns: Patterns;
};

const maxTags = 1000;

/** Makes tags. A secret that a text repeats again and again has its tag made once. */
function tagMaker(key: Buffer): Put {
  const made = new Map<string, string>();
  return (name, form, text) => {
    const what = JSON.stringify([name, form, text]);
    const known = made.get(what);
    if (known !== undefined) return known;
    const tag = createHmac('sha256', key).update(what).digest().subarray(0, 8).toString('base64url');
    if (made.size >= maxTags) made.clear();
    made.set(what, tag);
    return tag;
  };
}

/** A masker of these secrets. `key`: 32 bytes that all processes of an installation have and nobody else. */
export function createMasker(known: KnownSecrets, key: Buffer): Masker {
  let prepared: Prepared | null = null;
  const current = (): Prepared => {
    const secrets = known.list();
    if (prepared?.secrets !== secrets)
      prepared = { secrets, byName: new Map(secrets.map((one) => [one.name, one])), patterns: patternsFor(secrets) };
    return prepared;
  };

  const tagOf = tagMaker(key);
  const put = (name: string, form: string, text: string): string =>
    `[secret:${name}${form === 'plain' ? '' : `/${form}`}#${tagOf(name, form, text)}]`;
  const isOurs = (name: string, tag: string | undefined) =>
    current().byName.has(name) || (tag !== undefined && name === serviceTokenName);

  /** Texts that stand beside one another, masked. Placeholders stay, and nothing goes across them. */
  function maskRun(texts: readonly string[]): readonly string[] {
    const pieces = texts.map((text) => split(text, isOurs));
    const flat = pieces.flat();
    const found = findBetween(flat, current().patterns);
    let n = 0;
    return pieces.map((ofText) =>
      ofText
        .map((piece) => {
          const places = found[n++] ?? [];
          return piece.stays ? piece.text : maskTokens(replaced(piece.text, places, put), put);
        })
        .join(''),
    );
  }

  function isClean(value: unknown): boolean {
    const hit = current().patterns.mayHold();
    return !visit(value, (text) => hit(text) || text.includes('fbt_') || text === tooDeep);
  }

  function mask<T>(value: T): T {
    if (isClean(value)) return value;
    let changed = false;
    const run = (texts: readonly string[]) => {
      const masked = maskRun(texts);
      changed ||= masked.some((text, n) => text !== texts[n] || text === tooDeep);
      return masked;
    };
    const masked = rewrite(value as Json, run, (text) => run([text])[0] ?? text, 0);
    return changed ? (masked as T) : value;
  }

  const incoming = <T>(value: T): T =>
    mask(visit(value, (text) => looksLikeOne.test(text)) ? (inert(value as Json) as T) : value);

  return {
    mask,
    incoming,
    restore: (value) => restoredValue(value, (placed) => restored(placed, current().byName, tagOf)),
  };
}

/** A placeholder as it was read. */
type Placed = { readonly name: string; readonly form: string; readonly tag: string };

function restoredValue(value: Json, placedText: (placed: Placed) => Result<string, string>): Result<Json, string> {
  if (!visit(value, (text) => text.includes('[secret:'))) return ok(value);
  let reason: string | null = null;
  const fail = (why: string) => {
    reason ??= why;
  };
  const each = (text: string): string => {
    const cut = /\[secret:[^\]]*$/.exec(text)?.[0] ?? null;
    if (cut !== null)
      fail(`an expression cut a placeholder of a secret in two (${cut.slice(0, 40)}), which cannot be put back`);
    return text.replace(placeholder, (found, name: string, form: string | undefined, tag: string | undefined) => {
      if (tag === undefined) return found;
      const put = placedText({ name, form: form ?? 'plain', tag });
      if (!put.ok) fail(put.error);
      return put.ok ? put.value : found;
    });
  };
  const whole = rewrite(value, (texts) => texts.map(each), each, 0);
  return reason === null ? ok(whole) : err(reason);
}

type Piece = { readonly text: string; readonly stays: boolean };

function split(text: string, isOurs: (name: string, tag: string | undefined) => boolean): readonly Piece[] {
  if (!text.includes('[secret:')) return [{ text, stays: false }];
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(placeholder)) {
    if (!isOurs(match[1] ?? '', match[3])) continue;
    pieces.push({ text: text.slice(at, match.index), stays: false }, { text: match[0], stays: true });
    at = match.index + match[0].length;
  }
  return [...pieces, { text: text.slice(at), stays: false }];
}

function findBetween(pieces: readonly Piece[], { find }: Patterns): readonly (readonly Found[])[] {
  const found: (readonly Found[])[] = [];
  let run: string[] = [];
  const close = () => {
    found.push(...find(run));
    run = [];
  };
  for (const piece of pieces) {
    if (!piece.stays) {
      run.push(piece.text);
      continue;
    }
    close();
    found.push([]);
  }
  close();
  return found;
}

type Put = (name: string, form: string, text: string) => string;

function replaced(text: string, places: readonly Found[], put: Put): string {
  let out = '';
  let at = 0;
  for (const { from, to, secret, form } of places) {
    out += text.slice(at, from) + put(secret.name, form ?? altered, text.slice(from, to));
    at = to;
  }
  return out + text.slice(at);
}

const maskTokens = (text: string, put: Put): string =>
  text.includes('fbt_') ? text.replace(serviceToken, (token) => put(serviceTokenName, altered, token)) : text;

function restored(
  { name, form, tag }: Placed,
  byName: ReadonlyMap<string, KnownSecret>,
  tagOf: Put,
): Result<string, string> {
  const secret = byName.get(name);
  const cannot = (why: string) =>
    err(`the input holds the placeholder of the secret ${name}, which cannot be put back: ${why}`);
  if (form === altered) return cannot('only a mark is kept of a secret that was altered or split');
  if (!secret) return cannot('no secret of this name is configured here');
  const text = formsOf(secret.value).find(({ id }) => id === form)?.text;
  if (text === undefined || tagOf(name, form, text) !== tag)
    return cannot('its value has changed since, or this process has another FIREBREAK_SIGNING_KEY');
  return ok(text);
}

/** Whether one of the texts of a value, names of members too, is such. Texts come in their order. */
function visit(value: unknown, is: (text: string) => boolean, depth = 0): boolean {
  if (typeof value === 'string') return is(value);
  if (typeof value === 'number') return Math.abs(value) >= 1e7 && is(String(value));
  if (typeof value !== 'object' || value === null) return false;
  if (depth > maxDepth) return is(tooDeep);
  if (Array.isArray(value)) {
    for (const item of value) if (visit(item, is, depth + 1)) return true;
    return false;
  }
  const members = value as { readonly [key: string]: unknown };
  const keys = Object.keys(members);
  // Names first: texts that stand beside one another must come one after the other. Short ones hold nothing.
  for (const key of keys) if (key.length >= minSecretChars && is(key)) return true;
  for (const key of keys) if (visit(members[key], is, depth + 1)) return true;
  return false;
}

/** A value with every text rewritten; texts that stand beside one another are given together. */
function rewrite(
  value: Json,
  run: (texts: readonly string[]) => readonly string[],
  one: (text: string) => string,
  depth: number,
): Json {
  if (typeof value === 'string') return one(value);
  if (typeof value === 'number') {
    const text = String(value);
    const kept = Math.abs(value) >= 1e7 ? one(text) : text;
    return kept === text ? value : kept;
  }
  if (value === null || typeof value !== 'object') return value;
  if (depth > maxDepth) return one(tooDeep);
  const isList = Array.isArray(value);
  const members = isList ? value.map((item: Json, n) => [String(n), item] as const) : Object.entries(value);
  const written = besides(
    members.map(([, item]) => item),
    run,
  );
  const items = members.map(([, item], n) => written[n] ?? rewrite(item, run, one, depth + 1));
  if (isList) return items;
  return plainObject(members.map(([key], n): readonly [string, Json] => [one(key), items[n] ?? null]));
}

/** The texts among these values, rewritten in runs of neighbours; null where there is no text. */
function besides(
  values: readonly (Json | undefined)[],
  run: (texts: readonly string[]) => readonly string[],
): readonly (string | null)[] {
  const out: (string | null)[] = values.map(() => null);
  let texts: string[] = [];
  const close = (end: number) => {
    run(texts).forEach((text, n) => {
      out[end - texts.length + n] = text;
    });
    texts = [];
  };
  values.forEach((value, n) => {
    if (typeof value === 'string') texts.push(value);
    else if (texts.length > 0) close(n);
  });
  if (texts.length > 0) close(values.length);
  return out;
}

/** What comes from outside and looks like a placeholder is text: a space in it says so. */
function inert(value: Json): Json {
  const one = (text: string) => text.replace(opening, '[ ');
  return rewrite(value, (texts) => texts.map(one), one, 0);
}
