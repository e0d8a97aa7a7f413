// Members of foreign JSON by their path, whatever stands there: nothing is refused, what is odd becomes a remark. Knows no source.
import { z } from 'zod';
import { type Json, type JsonObject, sha256 } from '../core/json.ts';
import { asText, type ReadLabels } from './labels.ts';

/** A body that is an object. What its members are is looked at when they are read. */
export const ObjectBody = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);

/** The member under a path of names; undefined where there is none, and for null. */
export function memberAt(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let at: Json | undefined = value;
  for (const name of path) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, name)) return undefined;
    at = (at as { readonly [name: string]: Json })[name];
  }
  return at ?? undefined;
}

/** The list under a path; a single value stands for a list of one, nothing for an empty one. */
export function listAt(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const found = memberAt(value, ...path);
  return found === undefined ? [] : Array.isArray(found) ? (found as readonly Json[]) : [found];
}

/** Reads texts of one body and notes what was no text. */
export type FieldReader = {
  /** The text at a path, `''` where there is none. A number is its digits; any other type is JSON, and a remark. */
  readonly text: (...path: readonly string[]) => string;
  /** The first text of several paths, between dots, that is not blank. */
  readonly first: (...paths: readonly string[]) => string;
  readonly remarks: readonly string[];
};

/** A reader of one body, or of a part of it. */
export function readFields(body: Json | undefined): FieldReader {
  const remarks: string[] = [];
  const text = (...path: readonly string[]): string => {
    const value = memberAt(body, ...path);
    if (value === undefined || typeof value === 'string' || typeof value === 'number') return asText(value);
    const kind = Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
    if (remarks.length < 10) remarks.push(`${path.join('.')}: ${kind} stands where a text was expected`);
    return asText(value);
  };
  return {
    text,
    first(...paths) {
      for (const path of paths) {
        const found = text(...path.split('.'));
        if (found.trim() !== '') return found;
      }
      return '';
    },
    remarks,
  };
}

/** What identifies a problem, of one part or several, at most 400 characters: what is longer keeps its beginning and gets a digest. */
export function identityOf(...parts: readonly string[]): string {
  const whole = parts.join('|');
  return whole.length <= 400 ? whole : `${whole.slice(0, 320).toWellFormed()}…${sha256(whole)}`;
}

/** Facts that a source names itself, without those that are blank, and the sender's labels beside them. A name of ours keeps our value. */
export function labelsWith(facts: { readonly [name: string]: string }, theirs?: ReadLabels): Record<string, string> {
  const labels: Record<string, string> = Object.fromEntries(Object.entries(theirs?.labels ?? {}));
  for (const [name, value] of Object.entries(facts)) if (value.trim() !== '') labels[name] = asText(value, 4000);
  return labels;
}

/** A title that a person can read in one line, or what stands for it. */
export const titleOf = (text: string, otherwise: string): string => asText(text.trim() || otherwise, 300);

/** Labels of several sets; a later one goes before an earlier one. */
export function together(...sets: readonly ReadLabels[]): ReadLabels {
  const labels = Object.fromEntries(sets.flatMap((set) => Object.entries(set.labels)));
  return { labels, remarks: sets.flatMap((set) => set.remarks) };
}
