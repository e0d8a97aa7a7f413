// What is wrong with a configuration or a playbook, in the words of whoever writes it: what would be right, then what is there.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { plainMessage } from '../../src/core/plain-issue.ts';
import { keysAt } from '../../src/core/schema-keys.ts';

const said = (schema: z.ZodType, value: unknown) => schema.safeParse(value).error?.issues.map(plainMessage);

describe('an issue of a schema', () => {
  it.each([
    ['text in place of a list', z.array(z.string()), 'a', 'must be a list, such as [a, b]; it is text'],
    ['a number in place of text', z.string(), 1, 'must be text; it is a number'],
    ['a list in place of a map', z.object({}), [], 'must be a map of settings, such as { name: value }; it is a list'],
    ['nothing', z.string(), undefined, 'is missing; it must be text'],
    ['null', z.number(), null, 'must be a number; it is null'],
    ['a fraction', z.int(), 1.5, 'must be a whole number; it is a number'],
    ['a word that is none of some', z.enum(['a', 'b', 'c']), 'd', 'must be a, b or c'],
    ['an empty list', z.array(z.string()).min(1), [], 'must have 1 entries at least'],
    ['a text that is too long', z.string().max(2), 'abc', 'must have 2 characters at most'],
    ['a number that is too small', z.number().min(1), 0, 'must be 1 at least'],
    ['none of several forms', z.union([z.string(), z.number()]), true, 'must be text or a number'],
    ['what says so itself', z.string({ error: 'must be a day' }), 1, 'must be a day'],
  ])('says what would be right in place of %s', (_, schema, value, message) => {
    expect(said(schema, value)).toEqual([message]);
  });
});

describe('the keys of a place', () => {
  const inner = z.strictObject({ a: z.string(), b: z.string().optional() });
  const schema = z.object({
    list: z.array(inner).default([]),
    map: z
      .record(
        z.string(),
        inner.transform((one) => one.a),
      )
      .prefault({}),
    either: z.union([z.literal('off'), inner, z.strictObject({ c: z.string() })]).nullable(),
    one: z.preprocess((given) => given, inner),
  });

  it('are found through whatever the map is wrapped in', () => {
    expect(keysAt(schema, [])).toEqual(['list', 'map', 'either', 'one']);
    expect(keysAt(schema, ['list', 3])).toEqual(['a', 'b']);
    expect(keysAt(schema, ['map', 'x'])).toEqual(['a', 'b']);
    expect(keysAt(schema, ['either'])).toEqual(['a', 'b', 'c']);
    expect(keysAt(schema, ['one'])).toEqual(['a', 'b']);
  });

  it('are none where there is no such map', () => {
    expect(keysAt(schema, ['constructor'])).toEqual([]);
    expect(keysAt(schema, ['list', 0, 'a'])).toEqual([]);
  });
});
