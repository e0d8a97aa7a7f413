// The shape of a playbook file: YAML by schema.ts, with every fault in its place, and what of the file can still be used in spite of
// them. Knows no action.

import type { z } from 'zod';
import { plainMessage } from '../plain-issue.ts';
import { issuesOf } from '../schema-issues.ts';
import { keysAt } from '../schema-keys.ts';
import { parseYaml, type YamlSource } from './parse-yaml.ts';
import { PlaybookDocument } from './schema.ts';
import { nearest } from './suggest.ts';

/** A fault of a file. */
export type PlaceFault = { readonly line: number; readonly col: number; readonly message: string };

/** What was read. `document`: null if nothing sensible is left; `faultAt` makes further faults of it. */
export type ReadDocument = {
  readonly document: PlaybookDocument | null;
  /** Without these it cannot be used. */
  readonly faults: readonly PlaceFault[];
  /** What would be sent in another form than it is written. */
  readonly changed: readonly PlaceFault[];
  readonly faultAt: (path: readonly PropertyKey[], message: string) => PlaceFault;
};

/** Reads a playbook file. */
export function readDocument(text: string): ReadDocument {
  const { source, faults } = parseYaml(text);
  if (!source) return { document: null, faults, changed: [], faultAt: (_, message) => ({ line: 1, col: 1, message }) };
  const faultAt = (path: readonly PropertyKey[], message: string): PlaceFault => ({ ...source.placeOf(path), message });
  const data = asWritten(withoutExtensions(source.data), source);
  const parsed = PlaybookDocument.safeParse(data);
  const changed = changedNumbers(data, source).map(({ path, message }) => faultAt(path, message));
  if (parsed.success) return { document: parsed.data, faults: [], changed, faultAt };
  const issues = issuesOf(parsed.error);
  const shape = issues.flatMap((issue) => describe(issue, { source, faultAt }));
  return { document: repaired(data, issues), faults: shape, changed, faultAt };
}

/** Keys of the file that begin with `x-` are its author's own, mostly anchors. */
export function withoutExtensions(data: unknown): unknown {
  if (!isObject(data)) return data;
  return Object.fromEntries(Object.entries(data).filter(([key]) => !key.startsWith('x-')));
}

type Holder = { readonly [key: string]: unknown };
const isObject = (value: unknown): value is Holder =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Values of inputs that are texts, as they are written: an unquoted 1.10 is no number there. */
function asWritten(data: unknown, source: YamlSource): unknown {
  if (!isObject(data) || !isObject(data.inputs)) return data;
  const inputs = Object.entries(data.inputs).map(([name, input]) => {
    if (!isObject(input) || input.type !== 'string') return [name, input] as const;
    const text = (value: unknown, path: readonly PropertyKey[]) =>
      value === null || value === undefined ? value : (source.writtenAt(['inputs', name, ...path]) ?? value);
    const { default: usual, enum: known } = input;
    const values = Array.isArray(known) ? known.map((value: unknown, i) => text(value, ['enum', i])) : known;
    return [
      name,
      {
        ...input,
        ...('default' in input && { default: text(usual, ['default']) }),
        ...('enum' in input && { enum: values }),
      },
    ] as const;
  });
  return { ...data, inputs: Object.fromEntries(inputs) };
}

type Change = { readonly path: readonly PropertyKey[]; readonly message: string };

/** Numbers and the like within `with` that would be sent in another form than the one they are written in. */
function changedNumbers(data: unknown, source: YamlSource): readonly Change[] {
  const found: Change[] = [];
  const visit = (value: unknown, path: readonly PropertyKey[]): void => {
    if (Array.isArray(value)) for (const [i, item] of value.entries()) visit(item, [...path, i]);
    else if (isObject(value)) for (const [key, item] of Object.entries(value)) visit(item, [...path, key]);
    else if (typeof value === 'number' || typeof value === 'boolean') {
      const written = source.writtenAt(path);
      if (written !== null && written !== String(value))
        found.push({
          path,
          message: `${written} would be sent as ${value}; write ${value}, or quote it: "${written}"`,
        });
    }
  };
  for (const part of ['steps', 'finally']) {
    const steps = isObject(data) ? data[part] : null;
    for (const [i, step] of (Array.isArray(steps) ? steps : []).entries()) {
      if (!isObject(step)) continue;
      visit(step.with, [part, i, 'with']);
      for (const call of ['compensate', 'verify']) {
        const inner = step[call];
        if (isObject(inner)) visit(inner.with, [part, i, call, 'with']);
      }
    }
  }
  return found;
}

/** What to write where a text is wanted and YAML reads something else. */
export function quoteAdvice(path: readonly PropertyKey[], message: string, source: YamlSource): string {
  const written = /expected string|must be text/.test(message) ? source.writtenAt(path) : null;
  return written === null || written === '' ? '' : `; quote it: "${written}"`;
}

type Place = Pick<ReadDocument, 'faultAt'> & { readonly source: YamlSource };

function describe(issue: z.core.$ZodIssue, { source, faultAt }: Place): readonly PlaceFault[] {
  const field = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) =>
      faultAt(
        [...issue.path, key],
        `unknown key \`${key}\`${field ? ` in ${field}` : ''}${nearest(key, keysAt(PlaybookDocument, issue.path))}`,
      ),
    );
  const advice = quoteAdvice(issue.path, issue.message, source);
  return [faultAt(issue.path, `${field || 'the file'}: ${plainMessage(issue)}${advice}`)];
}

/** What stands in for the facts of a playbook that are missing or wrong: nothing else depends on what they say. */
const standIn: { readonly [key: string]: unknown } = {
  apiVersion: 'firebreak/v1',
  name: 'unnamed',
  version: '0.0.0',
  owner: { product: '', technical: '', escalation: '' },
};

/** The same for what a part of a playbook cannot do without, by its last key. */
const partStandIn: { readonly [key: string]: unknown } = {
  type: 'string',
  source: '*',
  until: 'true',
  key: '-',
  completeWithin: '1h',
  window: '1h',
  items: '[]',
  cron: '@daily',
  within: '15m',
  objective: 90,
};

/**
 * The document without what is wrong with its shape, so that one fault hides no other; null where what is left would mean
 * something else.
 */
function repaired(data: unknown, issues: readonly z.core.$ZodIssue[]): PlaybookDocument | null {
  if (!isHolder(data)) return null;
  const copy = { ...standIn, ...structuredClone(data) };
  for (const issue of issues) for (const path of placesOf(issue)) if (!mended(copy, path, false)) return null;
  const again = PlaybookDocument.safeParse(copy);
  if (again.success) return again.data;
  for (const { path } of issuesOf(again.error)) if (!mended(copy, path, true)) return null;
  return PlaybookDocument.safeParse(copy).data ?? null;
}

const placesOf = (issue: z.core.$ZodIssue): readonly (readonly PropertyKey[])[] =>
  issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];

/** Takes out what stands at a path, or puts in what stands in for it. False: it cannot be done without. */
function mended(copy: { [key: string]: unknown }, path: readonly PropertyKey[], isNeeded: boolean): boolean {
  const [top = ''] = path;
  if (Object.hasOwn(standIn, top)) {
    copy[String(top)] = standIn[String(top)];
    return true;
  }
  const key = String(path.at(-1) ?? '');
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((value, step) => (isHolder(value) ? value[String(step)] : undefined), copy);
  if (key === '' || Array.isArray(holder) || !isHolder(holder)) return false;
  if (!isNeeded) delete holder[key];
  else if (Object.hasOwn(partStandIn, key)) holder[key] = partStandIn[key];
  else return false;
  return true;
}

const isHolder = (value: unknown): value is { [key: string]: unknown } => typeof value === 'object' && value !== null;
