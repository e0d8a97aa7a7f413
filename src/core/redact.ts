// What must not be shown: known secrets in any form, and by a guess what looks like a secret. For logs, messages and views; what steps
// use is masked without guesses (secret/masker.ts). Also bounds size.
import { type Json, plainObject } from './json.ts';
import { createKnownSecrets, type KnownSecret, type KnownSecrets } from './secret/known-secrets.ts';
import { createMasker, named } from './secret/masker.ts';

/** A value without its secrets, and the names of what was taken out (never a value). */
type Redaction = { readonly value: Json; readonly redacted: readonly string[] };

/** Redacts JSON and text. */
export type Redactor = {
  (value: Json): Json;
  readonly text: (text: string) => string;
  /** The same without a bound on its length: for what has a bound of its own. */
  readonly whole: (text: string) => string;
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
      /(?<!\[)(password|passwd|pwd|secret|token|(?:api|access|private|secret)[_-]?key)(\\?["']?\s*[=:]\s*\\?["']?)(?!\[redacted|\[secret:)([^\s"'\\,;&}]{4,})/gi,
    put: `$1$2${mark}`,
  },
  {
    name: 'password in a URL',
    pattern: /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,100}:)(?!\[secret:)[^\s/@]{1,200}@/gi,
    put: `$1${mark}@`,
  },
];
const suspicious =
  /-----BEGIN|xox|xapp-|AKIA|ASIA|gh[pousr]_|fbt_|eyJ|bearer|basic|passw|pwd|secret|token|key|:\/\/[^\s/@]*@/i;
/** Members whose text is a secret whatever it looks like. */
const secretMember =
  /(?:password|passwd|pwd|passphrase|secret|token|authorization|cookie|(?:api|access|private|secret)[_-]?key)$/i;

function cut(text: string): string {
  if (text.length <= maxText) return text;
  const kept = text.slice(0, maxText).replace(/[\ud800-\udbff]$/, '');
  return `${kept}… [${Buffer.byteLength(text) - Buffer.byteLength(kept)} bytes cut]`;
}

/** JSON within the bounds of what is stored or shown; what is cut off is said. `text` and `member`: what becomes of each. */
function walkBounded(
  value: Json,
  by: { readonly text: (text: string) => string; readonly member: (key: string, item: Json) => Json | null },
  depth = 0,
): Json {
  if (typeof value === 'string') return by.text(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= maxDepth) return '[nested too deep]';
  if (Array.isArray(value)) {
    const kept = value.slice(0, maxItems).map((item: Json) => walkBounded(item, by, depth + 1));
    return value.length > maxItems ? [...kept, `[${value.length - maxItems} items cut]`] : kept;
  }
  const members = Object.entries(value);
  const kept = members
    .slice(0, maxItems)
    .map(([key, item]): readonly [string, Json] => [
      by.text(key),
      by.member(key, item) ?? walkBounded(item, by, depth + 1),
    ]);
  if (members.length > maxItems) kept.push(['…', `[${members.length - maxItems} members cut]`]);
  return plainObject(kept);
}

/** JSON within the bounds of what is stored, else as it is. To be masked before: a part of a secret is not recognised any more. */
export const bounded = (value: Json): Json => walkBounded(value, { text: cut, member: () => null });

/** A redactor for these secrets: each is shown as its name, `[secret:NAME]`. */
export function createRedactor(secrets: KnownSecrets | readonly KnownSecret[]): Redactor {
  // Nothing of this is ever put back, and the tags are not shown: any key does.
  const { mask } = createMasker('list' in secrets ? secrets : createKnownSecrets(secrets), Buffer.alloc(32));

  const guessed = (input: string, found: Set<string>): string => cut(guessedWhole(input, found));
  const guessedWhole = (input: string, found: Set<string>): string => {
    let out = named(input, (name) => found.add(name));
    if (suspicious.test(out)) {
      for (const { name, pattern, put } of patterns) {
        const next = out.replace(pattern, put);
        if (next !== out) found.add(name);
        out = next;
      }
    }
    return out;
  };

  const report = (value: Json): Redaction => {
    const found = new Set<string>();
    const text = (input: string) => guessed(input, found);
    const member = (key: string, item: Json) => {
      if (typeof item !== 'string' || item === '' || !secretMember.test(key)) return null;
      found.add(`member ${text(key)}`);
      return mark;
    };
    return { value: walkBounded(mask(value), { text, member }), redacted: [...found].sort() };
  };
  return Object.assign((value: Json) => report(value).value, {
    text: (text: string) => guessed(mask(text), new Set()),
    whole: (text: string) => guessedWhole(mask(text), new Set()),
    report,
  });
}
