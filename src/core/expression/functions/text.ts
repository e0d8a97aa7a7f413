// Text: the CEL strings extension. The library's own functions, with those put right that do otherwise than the extension says,
// or that would take time or room without end.
import { type CelFunc, celFunc, celMethod, isCelList } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { spend, stepsOfText } from '../meter.ts';
import { BOOL, BYTES, INT, LIST, STRING } from './cel-types.ts';

/** The places where a text begins in another, in order, no two of them overlapping; `most` of them. An empty text begins everywhere. */
function placesOf(text: string, part: string, most: number): readonly number[] {
  const places: number[] = [];
  for (let at = text.indexOf(part); at >= 0 && places.length < most; at = text.indexOf(part, at + (part.length || 1))) {
    places.push(at);
    spend(1);
    if (part === '' && at >= text.length) break;
  }
  return places;
}

function replace(text: string, part: string, by: string, limit = -1n): string {
  const places = placesOf(text, part, limit < 0n ? Number.POSITIVE_INFINITY : Number(limit));
  spend(stepsOfText(text.length + places.length * by.length));
  let result = '';
  let from = 0;
  for (const at of places) {
    result += text.slice(from, at) + by;
    from = at + part.length;
  }
  return result + text.slice(from);
}

/** At most `limit` parts, of which the last holds the rest; no limit if it is negative. */
function split(text: string, separator: string, limit = -1n): string[] {
  if (limit === 0n) return [];
  const most = limit < 0n ? Number.POSITIVE_INFINITY : Number(limit) - 1;
  if (separator === '') {
    const letters = [...text];
    spend(letters.length);
    return letters.length <= most ? letters : [...letters.slice(0, most), letters.slice(most).join('')];
  }
  const parts: string[] = [];
  let from = 0;
  for (const at of placesOf(text, separator, most)) {
    parts.push(text.slice(from, at));
    from = at + separator.length;
  }
  return [...parts, text.slice(from)];
}

function join(list: unknown, separator = ''): string {
  if (!isCelList(list)) throw new Error('join: this is no list');
  const parts: string[] = [];
  let length = 0;
  for (const part of list) {
    if (typeof part !== 'string')
      throw new Error('join: the list holds something that is no text; use map(x, string(x))');
    length += part.length + separator.length;
    spend(1);
    parts.push(part);
  }
  spend(stepsOfText(length));
  return parts.join(separator);
}

/** How much a pattern can grow to: `a{1,500}` stands for 500 of them. */
function weightOf(pattern: string): number {
  let weight = pattern.length + 1;
  for (const [, least = '', most = ''] of pattern.matchAll(/\{(\d{0,6})(?:,(\d{0,6}))?\}/g))
    weight = Math.min(weight * Math.max(1, Number(least), Number(most)), Number.MAX_SAFE_INTEGER);
  return weight;
}

/** An RE2 pattern takes time that grows with the text and with the pattern, never more. */
function priced(matches: CelFunc): CelFunc {
  return celMethod('matches', STRING, [STRING], BOOL, function (pattern) {
    spend(stepsOfText((this.length + 1) * weightOf(pattern)));
    const result = matches.call(0, String(this), [pattern]);
    if (typeof result === 'boolean') return result;
    throw result instanceof Error ? result : new Error('matches: not a pattern');
  });
}

/** The functions; `base`: those of the language itself. */
export const textFunctions = (base: readonly CelFunc[]): readonly CelFunc[] => [
  ...strings.filter(({ name }) => !['replace', 'split', 'join'].includes(name)),
  ...base.filter(({ name }) => name === 'matches').map(priced),
  celMethod('replace', STRING, [STRING, STRING], STRING, function (part, by) {
    return replace(String(this), part, by);
  }),
  celMethod('replace', STRING, [STRING, STRING, INT], STRING, function (part, by, limit) {
    return replace(String(this), part, by, limit);
  }),
  celMethod('split', STRING, [STRING], LIST, function (separator) {
    return split(String(this), separator);
  }),
  celMethod('split', STRING, [STRING, INT], LIST, function (separator, limit) {
    return split(String(this), separator, limit);
  }),
  celMethod('join', LIST, [], STRING, function () {
    return join(this);
  }),
  celMethod('join', LIST, [STRING], STRING, function (separator) {
    return join(this, separator);
  }),
  celMethod('reverse', STRING, [], STRING, function () {
    return [...String(this)].reverse().join('');
  }),
  celFunc('base64.encode', [BYTES], STRING, (bytes) => Buffer.from(bytes).toString('base64')),
  celFunc('base64.encode', [STRING], STRING, (text) => Buffer.from(text).toString('base64')),
  celFunc('base64.decode', [STRING], BYTES, (text) => {
    if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text.trim())) throw new Error('base64.decode: the text is not base64');
    return new Uint8Array(Buffer.from(text, 'base64'));
  }),
];
