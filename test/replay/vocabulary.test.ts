// Holds the stored vocabulary of every released version, and proves that the comparison finds what it is for.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readVocabularies } from './recorder.ts';
import { currentVocabulary, vocabularyOf } from './vocabulary.ts';
import { vocabularyFaults } from './vocabulary-faults.ts';

describe('the stored vocabulary', () => {
  it.each(readVocabularies())('of $version is all still valid', ({ vocabulary }) => {
    expect(vocabularyFaults(vocabulary, currentVocabulary())).toEqual([]);
  });

  it('is recorded field by field', () => {
    const [recorded] = readVocabularies();
    expect(recorded?.vocabulary['step.failed']?.['data.error.class']).toMatchObject({
      required: true,
      kinds: ['string'],
    });
    expect(recorded?.vocabulary['step.failed']?.['data.error.class']?.values).toContain('unknown_outcome');
    expect(recorded?.vocabulary['run.started']?.['data.trigger<run>.depth']).toEqual({
      required: true,
      kinds: ['number'],
    });
    expect(recorded?.vocabulary['(every event)']?.['prevHash']).toEqual({ required: true, kinds: ['string'] });
  });
});

const trigger = z.discriminatedUnion('type', [
  z.object({ type: z.literal('alert'), from: z.string() }),
  z.object({ type: z.literal('person') }),
]);
const shape = {
  name: z.string(),
  note: z.string().optional(),
  size: z.number().nullable(),
  how: z.enum(['slow', 'fast']),
  short: z.string().min(2).max(10),
  inner: z.object({ a: z.string() }),
  items: z.array(z.object({ id: z.string() })),
  trigger,
  free: z.json(),
};
type Shape = { readonly [name: string]: z.ZodType };

/** The faults of a type whose data had `shape` and now has that with other members; null takes one away. */
function faultsOf(changes: { readonly [name: string]: z.ZodType | null }): readonly string[] {
  const now: Shape = Object.fromEntries(
    Object.entries({ ...shape, ...changes }).flatMap(([name, schema]) => (schema ? [[name, schema]] : [])),
  );
  const of = (data: Shape) => vocabularyOf([['thing.done', z.object({ data: z.object(data) })]]);
  return vocabularyFaults(of(shape), of(now));
}

describe('what a later version may not do to the vocabulary', () => {
  it('lose or rename an event type', () => {
    const one = z.object({ data: z.object(shape) });
    const faults = vocabularyFaults(vocabularyOf([['thing.done', one]]), vocabularyOf([['thing.finished', one]]));
    expect(faults).toEqual(['the type thing.done is gone; a stored type is never removed or renamed']);
  });

  it('lose or rename a field, at any depth', () => {
    const gone = (path: string) => `thing.done: ${path} is gone; a stored field is never removed or renamed`;
    expect(faultsOf({ note: null })).toEqual([gone('data.note')]);
    expect(faultsOf({ inner: z.object({ b: z.string().optional() }) })).toEqual([gone('data.inner.a')]);
    expect(faultsOf({ items: z.array(z.object({})) })).toEqual([gone('data.items[].id')]);
    expect(faultsOf({ trigger: z.discriminatedUnion('type', [trigger.options[1]]) })).toEqual(
      ['data.trigger<alert>', 'data.trigger<alert>.type', 'data.trigger<alert>.from'].map(gone),
    );
  });

  it('make an optional field required', () => {
    expect(faultsOf({ note: z.string() })).toEqual([
      'thing.done: data.note was optional and is required now, but events are stored without it',
    ]);
  });

  it('add a required field to what was there', () => {
    const fault = (path: string) =>
      `thing.done: ${path} is new and required, but events are stored without it; make it optional`;
    expect(faultsOf({ more: z.string() })).toEqual([fault('data.more')]);
    expect(faultsOf({ items: z.array(z.object({ id: z.string(), more: z.string() })) })).toEqual([
      fault('data.items[].more'),
    ]);
  });

  it('lose or rename an enum value, or name the only values of a field that had none', () => {
    expect(faultsOf({ how: z.enum(['slow', 'quick']) })).toEqual([
      'thing.done: data.how may no longer be fast; a stored value is never removed or renamed',
    ]);
    expect(faultsOf({ name: z.enum(['a', 'b']) })).toEqual([
      'thing.done: data.name could be anything and must be one of a, b now',
    ]);
  });

  it('take another type than before', () => {
    expect(faultsOf({ size: z.number() })).toEqual([
      'thing.done: data.size may no longer be null, but is stored so (now: number)',
    ]);
    expect(faultsOf({ free: z.string() })).toEqual([
      'thing.done: data.free may no longer be json, but is stored so (now: string)',
    ]);
  });

  it('limit what was not limited so', () => {
    const limited = (limit: string) => `thing.done: data.${limit}, which stored events may not keep`;
    expect(faultsOf({ name: z.string().max(5) })).toEqual([
      limited('name has the limit maxLength 5 now (before: none)'),
    ]);
    expect(faultsOf({ short: z.string().min(3).max(10) })).toEqual([
      limited('short has the limit minLength 3 now (before: 2)'),
    ]);
    expect(faultsOf({ inner: z.strictObject({ a: z.string() }) })).toEqual([
      limited('inner has the limit closed true now (before: none)'),
    ]);
  });
});

describe('what a later version may do to the vocabulary', () => {
  it('add types, optional fields, enum values, kinds, and new parts with required fields; loosen what was required or limited', () => {
    expect(faultsOf({})).toEqual([]);
    expect(
      faultsOf({
        more: z.object({ must: z.string() }).optional(),
        name: z.string().nullable().optional(),
        size: z.json(),
        how: z.enum(['slow', 'fast', 'hidden']),
        short: z.string().min(1).max(20),
        trigger: z.discriminatedUnion('type', [
          ...trigger.options,
          z.object({ type: z.literal('timer'), at: z.string() }),
        ]),
      }),
    ).toEqual([]);
    const one = z.object({ data: z.object(shape) });
    expect(
      vocabularyFaults(
        vocabularyOf([['a', one]]),
        vocabularyOf([
          ['a', one],
          ['b', one],
        ]),
      ),
    ).toEqual([]);
  });

  it('use nothing that the comparison does not look at', () => {
    const tuple = z.object({ data: z.tuple([z.string()]) });
    expect(() => vocabularyOf([['thing.done', tuple]])).toThrow('prefixItems');
  });
});
