// What must never be stored or shown: values of known secrets in any usual encoding, and texts that look like secrets. Also bounds size.
import { type Json, plainObject } from './json.ts';

/** A value without its secrets, and the names of what was taken out (never a value). */
type Redaction = { readonly value: Json; readonly redacted: readonly string[] };

/** Redacts JSON and text. */
export type Redactor = {
  (value: Json): Json;
  readonly text: (text: string) => string;
  readonly report: (value: Json) => Redaction;
};

/** Longest string kept, in characters. */
const maxText = 16_384;
const maxItems = 1000;
const maxDepth = 64;
const mark = '[redacted]';

const patterns: readonly { readonly name: string; readonly pattern: RegExp; readonly put: string }[] = [
  {
    name: 'private key',
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    put: mark,
  },
  { name: 'Slack token', pattern: /\b(?:xox[a-z]|xapp)-[A-Za-z0-9-]{10,}/g, put: mark },
  { name: 'AWS key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, put: mark },
  { name: 'GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9]{20,}\b/g, put: mark },
  { name: 'Firebreak token', pattern: /(?<![A-Za-z0-9])fbt_[A-Za-z0-9]{20,}/g, put: mark },
  { name: 'JSON web token', pattern: /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g, put: mark },
  { name: 'authorization', pattern: /\b(Bearer|Basic)\s+[A-Za-z0-9+/_.~=-]{8,}/gi, put: `$1 ${mark}` },
  {
    name: 'password in text',
    pattern:
      /(password|passwd|pwd|secret|token|(?:api|access|private|secret)[_-]?key)(\\?["']?\s*[=:]\s*\\?["']?)(?!\[redacted)([^\s"'\\,;&}]{4,})/gi,
    put: `$1$2${mark}`,
  },
  {
    name: 'password in a URL',
    pattern: /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,100}:)[^\s/@]{1,200}@/gi,
    put: `$1${mark}@`,
  },
];
const suspicious =
  /-----BEGIN|xox|xapp-|AKIA|ASIA|gh[pousr]_|fbt_|eyJ|bearer|basic|passw|pwd|secret|token|key|:\/\/[^\s/@]*@/i;
/** Members whose text is a secret whatever it looks like. */
const secretMember =
  /(?:password|passwd|pwd|passphrase|secret|token|authorization|cookie|(?:api|access|private|secret)[_-]?key)$/i;

/** The base64 of a secret within the base64 of something longer: its middle, at each of the three alignments. */
function embedded(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and last characters also hold bits of the neighbours.
    const whole = (offset + bytes.length) % 3 === 0;
    return text.slice(Math.ceil((offset * 4) / 3), whole ? undefined : -1);
  });
}

function forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const escaped = encodeURIComponent(secret);
  const inForm = new URLSearchParams([['', secret]]).toString().slice(1);
  const base64 = bytes.length < 6 ? [bytes.toString('base64').replace(/=+$/, '')] : embedded(bytes);
  const hex = bytes.toString('hex');
  const all = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    hex,
    hex.toUpperCase(),
    ...[escaped, escaped.replaceAll('%20', '+'), inForm, inForm.replaceAll('+', '%20')].flatMap((form) => [
      form,
      form.replace(/%../g, (code) => code.toLowerCase()),
    ]),
    ...base64.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]),
  ];
  return [...new Set(all)].filter((form) => form.length >= minForm);
}

/** Line breaks, also as JSON writes them: a secret that is broken over lines is still one. */
const breaks = /(?:[\r\n]|\\r|\\n)+/g;
const minForm = 4;

/** `forms` stand in a text without its line breaks; `literal` are those of which too little would be left without theirs. */
type Known = { readonly name: string; readonly forms: readonly string[]; readonly literal: readonly string[] };

function toKnown(name: string, secret: string): Known {
  const all = forms(secret.replace(/^[\r\n]+|[\r\n]+$/g, ''));
  const joined = all.map((form) => form.replace(breaks, ''));
  return {
    name,
    forms: [...new Set(joined.filter((form) => form.length >= minForm))],
    literal: all.filter((_, i) => (joined[i]?.length ?? 0) < minForm),
  };
}

/** From one offset of a text to another. */
type Range = { readonly from: number; readonly to: number };

/** Everywhere one of the forms stands. Plain search, no pattern: its time cannot grow out of proportion. */
function occurrences(text: string, wanted: readonly string[]): Range[] {
  const ranges: Range[] = [];
  for (const form of wanted)
    for (let from = text.indexOf(form); from >= 0; from = text.indexOf(form, from + form.length))
      ranges.push({ from, to: from + form.length });
  return ranges;
}

/** A text without its line breaks, and the way back from its offsets to those of the text. */
function withoutBreaks(text: string): { readonly joined: string; readonly back: (range: Range) => Range } {
  const joined = text.replace(breaks, '');
  let offsets: Uint32Array | null = null;
  const offsetsOf = () => {
    const all = new Uint32Array(joined.length);
    let next = 0;
    let at = 0;
    for (const { 0: broken, index } of text.matchAll(breaks)) {
      while (at < index) all[next++] = at++;
      at += broken.length;
    }
    while (next < all.length) all[next++] = at++;
    return all;
  };
  return {
    joined,
    back({ from, to }) {
      offsets ??= offsetsOf();
      return { from: offsets[from] ?? 0, to: (offsets[to - 1] ?? 0) + 1 };
    },
  };
}

/** A text with one mark in place of each stretch that ranges cover. */
function masked(text: string, ranges: readonly Range[]): string {
  let out = '';
  let at = 0;
  let end = -1;
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    if (from >= end) {
      out += text.slice(at, from) + mark;
      end = to;
    } else end = Math.max(end, to);
    at = end;
  }
  return out + text.slice(at);
}

function cut(text: string): string {
  if (text.length <= maxText) return text;
  const kept = text.slice(0, maxText).replace(/[\ud800-\udbff]$/, '');
  return `${kept}… [${Buffer.byteLength(text) - Buffer.byteLength(kept)} bytes cut]`;
}

/**
 * A redactor for the given secret values, with their names if they have any. Values shorter than 4 characters cannot be
 * told from ordinary text and are left alone.
 */
export function createRedactor(secrets: readonly string[] | ReadonlyMap<string, string>): Redactor {
  const named = secrets instanceof Map ? [...secrets] : [...secrets].map((value) => ['known secret', value] as const);
  const known = named.filter(([, value]) => value.length >= minForm).map(([name, value]) => toKnown(name, value));

  const clean = (input: string, found: Set<string>): string => {
    let out = input;
    if (known.length > 0) {
      const { joined, back } = withoutBreaks(input);
      const ranges = known.flatMap(({ name, forms, literal }) => {
        const held = [...occurrences(joined, forms).map(back), ...occurrences(input, literal)];
        if (held.length > 0) found.add(name);
        return held;
      });
      out = masked(input, ranges);
    }
    if (suspicious.test(out)) {
      for (const { name, pattern, put } of patterns) {
        const next = out.replace(pattern, put);
        if (next !== out) found.add(name);
        out = next;
      }
    }
    return cut(out);
  };

  const walk = (value: Json, found: Set<string>, depth: number): Json => {
    if (typeof value === 'string') return clean(value, found);
    if (value === null || typeof value !== 'object') return value;
    if (depth >= maxDepth) return '[nested too deep]';
    if (Array.isArray(value)) {
      const kept = value.slice(0, maxItems).map((item: Json) => walk(item, found, depth + 1));
      return value.length > maxItems ? [...kept, `[${value.length - maxItems} items cut]`] : kept;
    }
    const members = Object.entries(value);
    const kept = members.slice(0, maxItems).map(([key, item]): readonly [string, Json] => {
      if (typeof item !== 'string' || item === '' || !secretMember.test(key))
        return [clean(key, found), walk(item, found, depth + 1)];
      found.add(`member ${clean(key, found)}`);
      return [clean(key, found), mark];
    });
    if (members.length > maxItems) kept.push(['…', `[${members.length - maxItems} members cut]`]);
    return plainObject(kept);
  };

  const report = (value: Json): Redaction => {
    const found = new Set<string>();
    return { value: walk(value, found, 0), redacted: [...found].sort() };
  };
  return Object.assign((value: Json) => report(value).value, {
    text: (text: string) => clean(text, new Set()),
    report,
  });
}
