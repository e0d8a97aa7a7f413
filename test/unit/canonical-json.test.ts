// Canonical text of JSON values: the same bytes however a value was made, and whichever way the text is written.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson, type Json, plainObject } from '../../src/core/json.ts';

/** The rule, written out as plainly as can be. */
function plainly(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(plainly).join(',')}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${plainly(member)}`).join(',')}}`;
}

const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 6 },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.integer(),
    fc.constantFrom(null, true, false),
    fc.array(tie('json'), { maxLength: 4 }),
    fc
      .array(
        fc.tuple(fc.oneof(fc.string(), fc.nat(20).map(String), fc.constantFrom('__proto__', 'a', 'b')), tie('json')),
        {
          maxLength: 30,
        },
      )
      .map((members) => plainObject(members)),
  ),
}));

it('canonical text is what the rule says, whatever the order of the names and however deep it is out of order', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(canonicalJson(value)).toBe(plainly(value));
    }),
    { numRuns: 1000 },
  );
});

it('canonical text is the same for values that were built in another order', () => {
  const inOrder = { a: 1, b: { c: [{ d: 1, e: 2 }], f: 'x' } };
  const outOfOrder = { b: { f: 'x', c: [{ e: 2, d: 1 }] }, a: 1 };
  expect(canonicalJson(outOfOrder)).toBe(canonicalJson(inOrder));
});

it('canonical text of what is no plain JSON does not depend on where it stands', () => {
  const odd = { when: new Date(0), skip: undefined, call: () => 1, own: { toJSON: () => 'x' } };
  expect(canonicalJson({ z: odd, a: 1 })).toBe(plainly({ z: odd, a: 1 }));
  expect(canonicalJson({ a: 1, z: odd })).toBe(plainly({ a: 1, z: odd }));
});

it('numbers that name members are ordered as text', () => {
  expect(canonicalJson({ 9: 'b', 10: 'a' })).toBe('{"10":"a","9":"b"}');
});
