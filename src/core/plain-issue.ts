// What a schema found wrong, in the words of whoever writes the file: what would be right, then what is there. Pure.
import type { z } from 'zod';

const kinds: { readonly [expected: string]: string } = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list, such as [a, b]',
  object: 'a map of settings, such as { name: value }',
  record: 'a map, such as { name: value }',
  null: 'null',
};
const given: { readonly [received: string]: string } = { ...kinds, array: 'a list', object: 'a map', record: 'a map' };
const inWords = (words: { readonly [name: string]: string }, name: string): string =>
  (Object.hasOwn(words, name) ? words[name] : undefined) ?? name;

/** The library's own words for what is of another type, or none of some words. */
const ofType = /^Invalid input: expected (\w+), received (\w+)/;
const isItsOwn = /^(?:Invalid (?:input|option)|Too (?:small|big))\b/;

/** The message of an issue: what its schema says itself, or what would be right. */
export function plainMessage(issue: z.core.$ZodIssue): string {
  const { message } = issue;
  if (!isItsOwn.test(message)) return message;
  switch (issue.code) {
    case 'invalid_type': {
      const [, expected = issue.expected, received = ''] = ofType.exec(message) ?? [];
      const right = `must be ${inWords(kinds, expected)}`;
      return received === 'undefined' ? `is missing; it ${right}` : `${right}; it is ${inWords(given, received)}`;
    }
    case 'invalid_value':
      return `must be ${oneOf(issue.values.map(String))}`;
    case 'too_small':
      return `must ${bound(issue.origin, issue.minimum)} ${issue.inclusive === false ? 'and more' : 'at least'}`;
    case 'too_big':
      return `must ${bound(issue.origin, issue.maximum)} ${issue.inclusive === false ? 'and less' : 'at most'}`;
    case 'invalid_union': {
      const forms = issue.errors.flatMap((form) => form.filter(({ path }) => path.length === 0).map(plainMessage));
      const rights = [...new Set(forms.flatMap((one) => /^must be (.+?)(?:; it is .*)?$/.exec(one)?.[1] ?? []))];
      return rights.length === 0 ? 'has none of the forms that it may have' : `must be ${oneOf(rights)}`;
    }
    default:
      return message;
  }
}

const oneOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

function bound(origin: string, size: number | bigint): string {
  if (origin === 'array' || origin === 'set') return `have ${size} entries`;
  return origin === 'string' ? `have ${size} characters` : `be ${size}`;
}
