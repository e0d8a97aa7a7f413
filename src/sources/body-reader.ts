// What stands at a path of a foreign body, whatever is there instead of what was expected. Refuses nothing; what was odd is remarked.
import type { Json, JsonObject } from '../core/json.ts';
import { readJson } from '../core/read-json.ts';
import { asText } from './labels.ts';

/** Reads one value of a body. Paths are names between points, such as `monitor.name`; a number is a place in a list. */
export type BodyReader = {
  /** What was odd so far, in sentences; shared by all readers of one alert. */
  readonly remarks: readonly string[];
  /** What stands there; undefined if nothing does. */
  readonly value: (path: string) => Json | undefined;
  /** It as a text: '' for nothing, JSON with a remark for an object or a list; cut visibly at `max` characters. */
  readonly text: (path: string, max?: number) => string;
  /** The first of these that is a text which says something. */
  readonly first: (paths: readonly string[], max?: number) => string;
  /** It as a word to compare: lower case, no blanks around. */
  readonly word: (path: string) => string;
  /** A reader of what stands there. */
  readonly at: (path: string) => BodyReader;
};

/** Makes one of a body. */
export function readerOf(body: Json | undefined, remarks: string[] = [], within = ''): BodyReader {
  const value = (path: string): Json | undefined =>
    path.split('.').reduce<Json | undefined>((inner, name) => stepInto(inner, name), body);
  const text = (path: string, max = 4000): string => {
    const found = value(path);
    if (typeof found === 'object' && found !== null) {
      const kind = Array.isArray(found) ? 'a list' : 'an object';
      const remark = asText(`${within}${path}: ${kind} where a text is expected`, 400);
      if (!remarks.includes(remark)) remarks.push(remark);
    }
    return asText(found, max).trim();
  };
  return {
    remarks,
    value,
    text,
    first: (paths, max) => {
      for (const path of paths) {
        const found = text(path, max);
        if (found !== '') return found;
      }
      return '';
    },
    word: (path) => text(path, 200).toLowerCase(),
    at: (path) => readerOf(value(path), remarks, `${within}${path}.`),
  };
}

/** A member of an object, an item of a list; of a text that is the JSON of one, too: templates render objects so. */
function stepInto(value: Json | undefined, name: string): Json | undefined {
  const opened = typeof value === 'string' ? opensTo(value) : value;
  if (Array.isArray(opened)) return /^\d{1,6}$/.test(name) ? (opened as readonly Json[])[Number(name)] : undefined;
  if (typeof opened !== 'object' || opened === null) return undefined;
  return Object.hasOwn(opened, name) ? (opened as JsonObject)[name] : undefined;
}

function opensTo(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const read = readJson(Buffer.from(text));
  return read.ok ? read.value.json : undefined;
}

/** The items of a value that should be a list: those of it, or it as the only one; nothing has none. */
export function itemsOf(value: Json | undefined): readonly Json[] {
  const opened = typeof value === 'string' ? (opensTo(value) ?? value) : value;
  if (Array.isArray(opened)) return opened as readonly Json[];
  return opened === undefined || opened === null || opened === '' ? [] : [opened];
}
