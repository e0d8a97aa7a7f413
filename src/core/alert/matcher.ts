// Label matchers as Alertmanager writes them: `label="v"`, `!=`, `=~`, `!~`, with its two notations, its quoting and its RE2. Knows no alert.
import { RE2JS } from '@bufbuild/re2';
import { err, ok, type Result } from '../result.ts';

/** One matcher. A label that is missing has the value ''. */
export type Matcher = {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
  readonly holds: (value: string) => boolean;
};

/** Longest text of matchers, in characters. */
const maxLength = 2000;
/** What a pattern may grow to: `a{1,500}` stands for 500 of them. */
const maxWeight = 20_000;
/** Longest value that a pattern is held against, in characters; what is longer is cut there, so that the time is bounded. */
const maxValue = 8000;

const parsed = new Map<string, Result<readonly Matcher[], string>>();

/**
 * Reads what stands in one entry of a list of matchers: one matcher, or several with commas between them, in braces or without. The error says
 * what would be right. Reading the same text again costs nothing.
 * Source of the two notations: Alertmanager's `pkg/labels/parse.go` and `matcher/parse`; the older one goes first, as Alertmanager does by default.
 */
export function parseMatchers(text: string): Result<readonly Matcher[], string> {
  const known = parsed.get(text);
  if (known) return known;
  const result = text.length > maxLength ? err(`has more than ${maxLength} characters`) : parse(text);
  if (parsed.size > 10_000) parsed.clear();
  if (text.length <= maxLength) parsed.set(text, result);
  return result;
}

function parse(text: string): Result<readonly Matcher[], string> {
  const matchers: Matcher[] = [];
  for (const part of partsOf(text.replace(/^\{/, '').replace(/\}$/, ''))) {
    const matcher = classic(part) ?? withUtf8(part);
    if (matcher === null)
      return err(`${shown(part)} is no matcher; write label="value", or one of != =~ !~ instead of =`);
    const compiled = toMatcher(matcher);
    if (!compiled.ok) return compiled;
    matchers.push(compiled.value);
  }
  return matchers.length > 0 ? ok(matchers) : err('is empty; write label="value"');
}

const shown = (text: string): string => `\`${text.slice(0, 80)}\``;

/** Cut at the commas that stand in no quotes; after the last one there may be nothing. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  let escaped = false;
  for (const letter of text) {
    if (letter === ',' && !quoted) {
      parts.push(part);
      part = '';
      continue;
    }
    if (letter === '"' && !escaped) quoted = !quoted;
    escaped = letter === '\\' && !escaped;
    part += letter;
  }
  // Only what stands last loses the kinds of white space that Alertmanager's form of a matcher does not know.
  return part.trim() === '' ? parts : [...parts, part.trim()];
}

/** A matcher as it is written. */
type Written = Omit<Matcher, 'holds'>;

/** Go's white space, which is less than what JavaScript calls so. */
const space = '[\\t\\n\\f\\r ]';
const classicForm = new RegExp(
  `^${space}*([a-zA-Z_:][a-zA-Z0-9_:]*)${space}*(=~|=|!=|!~)${space}*(.*?)${space}*$`,
  's',
);

function classic(text: string): Written | null {
  const [, label, operator, raw] = classicForm.exec(text) ?? [];
  const value = raw === undefined ? null : unescaped(raw);
  return label === undefined || value === null ? null : { label, operator: operator as Matcher['operator'], value };
}

/** The value of the older notation, with its quotes or without; null: a quote stands where none may stand. */
function unescaped(raw: string): string | null {
  const isQuoted = raw.startsWith('"');
  if (isQuoted && (raw.length < 2 || !raw.endsWith('"'))) return null;
  const inner = isQuoted ? raw.slice(1, -1) : raw;
  let value = '';
  for (let at = 0; at < inner.length; at++) {
    const letter = inner[at] ?? '';
    const next = inner[at + 1];
    if (letter === '"') return null;
    if (letter !== '\\') value += letter;
    else if (next === undefined) {
      // Within quotes it would have escaped the one that closes them.
      if (isQuoted) return null;
      value += letter;
    } else {
      value += next === 'n' ? '\n' : next === '"' || next === '\\' ? next : `\\${next}`;
      at += 1;
    }
  }
  return value;
}

const bare = '[^\\s{}!=~,\\\\"\'`]+';
const quotedText = '"(?:[^"\\\\\\n]|\\\\.)*"';
const utf8Form = new RegExp(`^\\s*(${bare}|${quotedText})\\s*(=~|=|!=|!~)\\s*(${bare}|${quotedText})\\s*$`, 'u');

function withUtf8(text: string): Written | null {
  const [, label, operator, value] = utf8Form.exec(text) ?? [];
  const [left, right] = [plain(label), plain(value)];
  return left === null || left === '' || right === null
    ? null
    : { label: left, operator: operator as Matcher['operator'], value: right };
}

const escapes: { readonly [letter: string]: string } = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};
const escaping = /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gs;

/** A word of the newer notation, which quotes as Go does; null: it holds an escape that Go does not know. */
function plain(word: string | undefined): string | null {
  if (word === undefined) return null;
  if (!word.startsWith('"')) return word;
  let isWrong = false;
  const text = word.slice(1, -1).replace(escaping, (_, named, x, u, long, octal, other) => {
    if (named !== undefined) return escapes[named] ?? '';
    const code = Number.parseInt(x ?? u ?? long ?? octal ?? '', octal === undefined ? 16 : 8);
    // Single bytes beyond ASCII would have to be joined to letters; nobody writes a label so.
    const isLetter =
      code <= (u === undefined && long === undefined ? 0x7f : 0x10ffff) && !(code >= 0xd800 && code < 0xe000);
    if (other !== undefined || !isLetter) isWrong = true;
    return isWrong ? '' : String.fromCodePoint(code);
  });
  return isWrong ? null : text;
}

function toMatcher(written: Written): Result<Matcher, string> {
  const { label, operator, value } = written;
  if (operator === '=') return ok({ label, operator, value, holds: (given) => given === value });
  if (operator === '!=') return ok({ label, operator, value, holds: (given) => given !== value });
  const pattern = compilePattern(value);
  if (!pattern.ok) return err(`${shown(matcherText(written))}: ${pattern.error}`);
  const isWanted = operator === '=~';
  return ok({ label, operator, value, holds: (given) => pattern.value(given) === isWanted });
}

/** A pattern that must fit the whole text, in RE2, whose time grows with text and pattern and never more. */
function compilePattern(pattern: string): Result<(text: string) => boolean, string> {
  let weight = pattern.length + 1;
  for (const [, least = '', most = ''] of pattern.matchAll(/\{(\d{0,6})(?:,(\d{0,6}))?\}/g))
    weight = Math.min(weight * Math.max(1, Number(least), Number(most)), Number.MAX_SAFE_INTEGER);
  if (weight > maxWeight) return err('the pattern repeats so much that matching it would take too long');
  try {
    const re = RE2JS.compile(`^(?:${pattern})$`);
    return ok(remembering((text) => re.test(text.length > maxValue ? text.slice(0, maxValue) : text)));
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return err(`is not an RE2 pattern, which Alertmanager uses: ${why}`);
  }
}

/** Answers that one pattern keeps, of texts of so many characters at most: labels say the same again and again. */
const maxKept = 64;
const maxKeptText = 100;

function remembering(test: (text: string) => boolean): (text: string) => boolean {
  const kept = new Map<string, boolean>();
  return (text) => {
    if (text.length > maxKeptText) return test(text);
    const known = kept.get(text);
    if (known !== undefined) return known;
    const answer = test(text);
    if (kept.size >= maxKept) kept.clear();
    kept.set(text, answer);
    return answer;
  };
}

/** A matcher as text that reads back as the same. */
export function matcherText({ label, operator, value }: Omit<Matcher, 'holds'>): string {
  const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`;
  return `${/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(label) ? label : quoted(label)}${operator}${quoted(value)}`;
}
