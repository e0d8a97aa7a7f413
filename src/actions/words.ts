// What an action's `describe` is made of: values of any shape as a person would write them, in one line. Total: they never throw.
import type { Json } from '../core/json.ts';

/** Characters of a described line, at most. */
const longest = 200;
/** Nesting that JSON is written out to; deeper parts are left out. */
const deepest = 3;

/** A member of an input that may be anything. */
export function member(input: Json, key: string): Json | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input) || !Object.hasOwn(input, key))
    return undefined;
  return (input as { readonly [key: string]: Json })[key];
}

/** A value in words: text as it is, anything else as JSON; `none` for what is not there or says nothing. */
export function words(value: Json | undefined, none: string): string {
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : json(value, deepest);
  return text.trim() === '' ? none : text;
}

function json(value: Json, depth: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (depth === 0) return '…';
  if (Array.isArray(value))
    return `[${value
      .slice(0, longest)
      .map((item) => json(item, depth - 1))
      .join(', ')}]`;
  const members = Object.entries(value).slice(0, longest);
  return `{${members.map(([key, item]) => `${key}: ${json(item, depth - 1)}`).join(', ')}}`;
}

/**
 * The end of what somebody said, for a message: as many of its last lines as fit, in one. Never a part of a word: that could be the
 * part of a secret that is not recognised any more.
 */
export function lastWords(text: string, max = 300): string {
  const line = text.trim().replace(/\s+/g, ' ');
  if (line.length <= max) return line;
  const end = line.slice(-max);
  const from = end.indexOf(' ');
  return from < 0 ? '' : `… ${end.slice(from + 1)}`;
}

/** The beginning of a text, for a message; see `lastWords`. */
export function firstWords(text: string, max = 300): string {
  const line = text
    .slice(0, 8 * max)
    .trim()
    .replace(/\s+/g, ' ');
  if (line.length <= max) return line;
  const to = line.slice(0, max).lastIndexOf(' ');
  return to < 0 ? '' : `${line.slice(0, to)} …`;
}

/** Arguments as one would type them: quoted where a shell would take them apart. Expressions of a template stay as written. */
export function commandLine(argument: Json): string {
  const text = words(argument, "''");
  const plain = /^[\w@%+=:,./[\]-]+$/.test(text) || text.includes('${{');
  return plain || text === "''" ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** One line without line breaks and control characters, cut visibly. */
export function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * longest)
    .toWellFormed()
    .replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
