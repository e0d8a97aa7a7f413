// The bodies in test/fixtures/alerts: one folder per source, one file per case. Read once, checked when they are read. Shared by the corpus
// test and the fuzz tests, so that a file more is a case more for all of them.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { JsonValue } from '../../../src/core/alert/alert.ts';
import type { Json } from '../../../src/core/json.ts';

const root = fileURLToPath(new URL('../../fixtures/alerts', import.meta.url));

/** Some members of an alert; `pair` names the problem that it tells of, the same in every case of that problem. */
const ExpectedAlert = z.looseObject({ pair: z.string().optional() }).catchall(JsonValue);

const Expected = z.union([
  z.strictObject({
    /** In this order, exactly so many. Of objects only the members that stand here are compared, lists are compared whole. */
    alerts: z.array(ExpectedAlert),
    /** `pair` of every alert that has none of its own. */
    pair: z.string().optional(),
    deliveryKey: z.string().nullable().optional(),
    truncated: z.number().optional(),
  }),
  /** What the reason must contain, or the outcome's word: `unreadable`, `unmappable`, `unsupported_media_type`. */
  z.strictObject({ reject: z.string() }),
]);

const Case = z.strictObject({
  /** What the case is about. */
  note: z.string().optional(),
  /** POST unless it says another. */
  method: z.enum(['POST', 'GET', 'PUT']).default('POST'),
  headers: z.record(z.string(), z.string()),
  /** Fields of the query. */
  query: z.record(z.string(), z.string()).default({}),
  /** Settings of the integration beside `source` and `auth`; those of the source's sample where there are none. */
  settings: z.record(z.string(), JsonValue).optional(),
  body: JsonValue.optional(),
  /** The body as text, where it is no JSON, or holds numbers of more digits than JSON.parse keeps. */
  raw: z.string().optional(),
  /** The body's bytes, where it is no text either. */
  base64: z.string().optional(),
  expected: Expected,
});

/** One delivery of one source, and what it must be understood as. */
export type AlertCase = {
  readonly source: string;
  readonly name: string;
  readonly method: string;
  readonly query: { readonly [field: string]: string };
  readonly headers: { readonly [name: string]: string };
  readonly settings: { readonly [key: string]: Json } | null;
  readonly raw: Buffer;
  readonly expected: z.output<typeof Expected>;
};

function readCase(source: string, file: string): AlertCase {
  const path = join(root, source, file);
  const parsed = Case.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!parsed.success) throw new Error(`${source}/${file}: ${z.prettifyError(parsed.error)}`);
  const { method, headers, query, settings, body, raw, base64, expected } = parsed.data;
  const bodies = [
    body === undefined ? null : Buffer.from(JSON.stringify(body)),
    raw === undefined ? null : Buffer.from(raw),
    base64 === undefined ? null : Buffer.from(base64, 'base64'),
    method === 'GET' ? Buffer.alloc(0) : null,
  ].filter((one) => one !== null);
  const [bytes] = bodies;
  if (bytes === undefined || bodies.length > 1)
    throw new Error(`${source}/${file}: needs one of body, raw and base64, or GET`);
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const name = basename(file, '.json');
  return { source, name, method, query, headers: lower, settings: settings ?? null, raw: bytes, expected };
}

/** All cases, by folder and file name. */
export const alertCases: readonly AlertCase[] = readdirSync(root)
  .sort()
  .flatMap((source) =>
    readdirSync(join(root, source))
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => readCase(source, file)),
  );
