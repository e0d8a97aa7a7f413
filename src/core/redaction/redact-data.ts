// Taking something out of an event's data: at a path, everywhere, or a text wherever it stands. Pure; judges nothing.
import type { Json } from '../json.ts';
import { err, ok, type Result } from '../result.ts';

/** What stands in place of what was taken out. */
export const tombstone = '[redacted]';

/** What is to be taken out. `path`: a JSON pointer (RFC 6901); '': everything. `text`: only this text within it; null: all of it. */
export type WhatToRedact = { readonly path: string; readonly text: string | null };

/** Data after it, with the paths at which something was taken out and the texts that stood there. */
export type RedactedData = {
  readonly data: { readonly [key: string]: Json };
  readonly paths: readonly string[];
  readonly removed: readonly string[];
};

/** Ids that other events and rows refer to. They come from us or from files that hold no secret; masked they would lead nowhere. */
export const idMembers: readonly string[] = [
  'runId',
  'step',
  'approvalId',
  'childRunId',
  'playbook',
  'planDigest',
  'idempotencyKey',
  'worker',
  'scope',
  'incidentId',
];

/** Members by which events and rows refer to one another: without them nothing would be found any more. */
const references: ReadonlySet<string> = new Set([
  ...idMembers,
  'fingerprint',
  'groupKey',
  'receipt',
  'digest',
  'hash',
  'streamId',
  'artifacts',
]);

const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');
const unescaped = (key: string) => key.replaceAll('~1', '/').replaceAll('~0', '~');

/** Takes it out; the error says why it cannot be, in words for people. */
export function redactData(
  data: { readonly [key: string]: Json },
  { path, text }: WhatToRedact,
): Result<RedactedData, string> {
  if (path !== '' && !path.startsWith('/')) return err('a path begins with /, such as /output/stdout');
  if (path === '' && text === null) return err('name a path, or a text that is to be taken out');
  if (text !== null && text.length < 4) return err('a text to be taken out has at least 4 characters');
  const keys = path === '' ? [] : path.slice(1).split('/').map(unescaped);
  const fixed = keys.find((key) => references.has(key));
  if (fixed !== undefined) return err(`${fixed} is what other parts of the record refer to, and stays`);
  const paths: string[] = [];
  const removed = new Set<string>();

  const cleared = (value: Json, at: string): Json => {
    if (Array.isArray(value)) return value.map((item: Json, i) => cleared(item, `${at}/${i}`));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          references.has(key) ? item : cleared(item as Json, `${at}/${escaped(key)}`),
        ]),
      );
    if (text === null) {
      if (value === null || value === tombstone || typeof value === 'boolean') return value;
      paths.push(at);
      removed.add(String(value));
      return tombstone;
    }
    if (typeof value !== 'string' || !value.includes(text)) return value;
    paths.push(at);
    removed.add(text);
    return value.replaceAll(text, tombstone);
  };

  const within = (value: Json, left: readonly string[], at: string): Json | undefined => {
    const [key, ...rest] = left;
    if (key === undefined) return cleared(value, at);
    if (typeof value !== 'object' || value === null) return undefined;
    const here = `${at}/${escaped(key)}`;
    if (Array.isArray(value)) {
      const item = /^\d+$/.test(key) ? (value[Number(key)] as Json | undefined) : undefined;
      const changed = item === undefined ? undefined : within(item, rest, here);
      return changed === undefined ? undefined : value.map((one: Json, i) => (i === Number(key) ? changed : one));
    }
    if (!Object.hasOwn(value, key)) return undefined;
    const changed = within((value as { readonly [key: string]: Json })[key] as Json, rest, here);
    return changed === undefined ? undefined : { ...value, [key]: changed };
  };

  const changed = within(data as Json, keys, '');
  if (changed === undefined) return err(`the event has nothing at ${path}`);
  if (paths.length === 0)
    return err('nothing is to be taken out there: it is not in the event, or was taken out before');
  return ok({ data: changed as RedactedData['data'], paths, removed: [...removed] });
}
