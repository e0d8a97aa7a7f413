// Bodies that nobody should send, made of bodies that somebody does: for fuzzing every source with the same arbitraries.
import fc from 'fast-check';
import type { Json } from '../../../src/core/json.ts';
import { sources } from '../../../src/sources/registry.ts';
import type { Source } from '../../../src/spi/source.ts';
import { type AlertCase, alertCases } from './alert-cases.ts';

/** A body that is read: its text, and the headers that come with it. */
export type Seed = { readonly text: string; readonly headers: { readonly [name: string]: string } };

/** Every body that is known of a source: its samples and its cases. */
export function seedsOf({ id, sample }: Source): readonly Seed[] {
  const own = [sample.body, sample.resolved].filter((body) => body !== null);
  const cases = alertCases.filter(({ source }: AlertCase) => source === id);
  return [
    ...own.map((body) => ({ text: JSON.stringify(body), headers: sample.headers })),
    ...cases.map(({ raw, headers }) => ({ text: raw.toString('utf8'), headers })),
  ];
}

/** Sources with what is known to be sent to them. */
export const seeded = [...sources.values()].map((source) => ({ source, seeds: seedsOf(source) }));

/** A value that stands where another was expected. */
const odd: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(
    null,
    true,
    '',
    ' ',
    0,
    -1,
    1e308,
    -1e308,
    Number.MAX_SAFE_INTEGER + 2,
    [],
    {},
    [[[]]],
    '0001-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999999Z',
    '2026-02-30T25:61:61Z',
    253_402_300_799,
    '__proto__',
    '<!channel> <script>',
    '\u0000\u001b[2J\u202e',
    '\ud800',
    'x'.repeat(20_000),
    'https://user:pass@example.com:99999/',
    'javascript:alert(1)',
    '%%%',
    '$ALERT_ID',
    '{EVENT.ID}',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
);
const oddName = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'length',
  '',
  'a.b',
  '\u0000',
  'x'.repeat(5000),
);

type Change =
  | { readonly how: 'replace'; readonly at: number; readonly by: Json }
  | { readonly how: 'remove' | 'nest' | 'list'; readonly at: number }
  | { readonly how: 'add'; readonly at: number; readonly name: string; readonly by: Json };

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ how: fc.constant('replace' as const), at: fc.nat(), by: odd }) },
  { weight: 2, arbitrary: fc.record({ how: fc.constantFrom('remove', 'nest', 'list'), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ how: fc.constant('add' as const), at: fc.nat(), name: oddName, by: odd }) },
);

function places(value: Json): number {
  if (value === null || typeof value !== 'object') return 1;
  return 1 + Object.values(value).reduce((sum: number, member: Json) => sum + places(member), 0);
}

/** A copy with one value changed, counted from the root; `undefined` where it is removed. */
function changed(value: Json, one: Change, place: { left: number }): Json | undefined {
  const here = place.left === 0;
  place.left -= 1;
  if (here) {
    if (one.how === 'replace') return one.by;
    if (one.how === 'remove') return undefined;
    if (one.how === 'nest') return { value };
    if (one.how === 'list') return [value, value];
    if (one.how !== 'add' || value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    return Object.fromEntries([...Object.entries(value), [one.name, one.by]]);
  }
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value))
    return (value as readonly Json[]).flatMap((item) => {
      const other = changed(item, one, place);
      return other === undefined ? [] : [other];
    });
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const other = changed(member, one, place);
      return other === undefined ? [] : [[name, other]];
    }),
  );
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Real bodies with up to six values replaced, removed, nested, doubled or added. */
export const mutatedBodies = (seeds: readonly Seed[]): fc.Arbitrary<Seed> =>
  fc
    .tuple(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 6 }))
    .map(([{ text, headers }, changes]) => {
      let body = parsed(text);
      for (const one of changes) body = changed(body, one, { left: one.at % places(body) }) ?? null;
      return { text: JSON.stringify(body), headers };
    });

/** Real bodies with bytes overwritten, cut out or put twice: mostly no JSON any more, sometimes with a name twice or no UTF-8. */
export const mutatedBytes = (
  seeds: readonly Seed[],
): fc.Arbitrary<{ readonly raw: Buffer; readonly headers: Seed['headers'] }> =>
  fc
    .tuple(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(), fc.nat(40), fc.uint8Array({ maxLength: 4 })), { minLength: 1, maxLength: 4 }),
    )
    .map(([{ text, headers }, edits]) => {
      let raw = Buffer.from(text);
      for (const [at, cut, put] of edits) {
        const from = raw.length === 0 ? 0 : at % raw.length;
        raw = Buffer.concat([raw.subarray(0, from), put, raw.subarray(from + cut)]);
      }
      return { raw, headers };
    });

/** Bodies of great size or odd form, made of a real one; each with a name. `members` is how many a large one has. */
export function hostileTexts({ text }: Seed, members = 100_000): ReadonlyMap<string, Buffer> {
  const many = Array.from({ length: members }, (_, i) => `"k${i}":"v${i}"`).join(',');
  const inObjects = (put: string) => text.replaceAll('{', () => `{${put},`).replaceAll(',}', '}');
  const first = (put: string) => text.replace('{', () => `{${put},`).replaceAll(',}', '}');
  // The first object inside is where most senders have their labels, or what holds them.
  const inner = (put: string) =>
    text.replace(/(.)\{/, (_all, before: string) => `${before}{${put},`).replaceAll(',}', '}');
  const deep = (n: number) => `${'{"a":['.repeat(n)}1${']}'.repeat(n)}`;
  return new Map([
    ['many members at the top', Buffer.from(first(many))],
    ['many labels', Buffer.from(inner(many))],
    ['many members under labels and tags', Buffer.from(first(`"labels":{${many}},"tags":{${many}}`))],
    ['nested 30 deep everywhere', Buffer.from(inObjects(`"labels":${deep(15)}`))],
    ['nested 100 000 deep', Buffer.from(first(`"labels":${'['.repeat(100_000)}${']'.repeat(100_000)}`))],
    ['names that stand twice', Buffer.from(text.replaceAll(/"(\w+)":/g, '"$1":0,"$1":'))],
    [
      '__proto__ everywhere',
      Buffer.from(inObjects('"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}')),
    ],
    ['numbers of 400 digits', Buffer.from(text.replaceAll(/:(\d+)/g, `:$1${'9'.repeat(400)}`))],
    ['huge exponents', Buffer.from(text.replaceAll(/:(\d+)([,}])/g, ':$1e999999$2'))],
    ['no UTF-8', Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff, 0xfe, 0xc0, 0x80])])],
    ['halves of characters', Buffer.from(text.replaceAll(/"(\w+)"/g, '"$1\\ud800"'))],
    ['a long text', Buffer.from(first(`"description":"${'ä'.repeat(20 * members)}"`))],
    ['a list of such bodies cut short', Buffer.from(`[${`${text.slice(0, 40)},`.repeat(1000)}]`)],
    ['years before and after all', Buffer.from(text.replaceAll(/\b20\d\d-(?=\d\d)/g, '9999-'))],
    ['1970', Buffer.from(text.replaceAll(/\b20\d\d-(?=\d\d)/g, '1970-'))],
  ]);
}
