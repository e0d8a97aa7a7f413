// What people type and fill in: words of a command, values of a form.
import { describe, expect, it } from 'vitest';
import { words } from '../../src/slack/inbound/words.ts';
import { faultsByField, filledIn } from '../../src/slack/views/form.ts';

describe('a command', () => {
  it('is split as a shell would, with quotes of either kind', () => {
    expect(words('run restart service=checkout-api')).toEqual(['run', 'restart', 'service=checkout-api']);
    expect(words('run x why="two words" “smart quotes”')).toEqual(['run', 'x', 'why=two words', 'smart quotes']);
    expect(words('  ')).toEqual([]);
    expect(words('note "never closed')).toEqual(['note', 'never', 'closed']);
  });
});

describe('a form', () => {
  it('gives what was filled in, and nothing for what was left empty', () => {
    expect(
      filledIn({ a: { value: { value: 'x' } }, b: { value: { value: null } }, c: { value: { value: '' } } }),
    ).toEqual({ a: 'x' });
  });

  it('is told what is wrong at the field, or at the first one if there is no such field', () => {
    const faults = [
      { path: 'inputs.b', message: 'is no number' },
      { path: 'inputs.gone', message: 'is unknown' },
      { path: 'inputs.b', message: 'is too long' },
    ];
    expect(faultsByField(['a', 'b'], faults)).toEqual({
      a: 'inputs.gone is unknown',
      b: 'is no number; is too long',
    });
    expect(faultsByField([], faults)).toEqual({});
    expect(faultsByField(['constructor'], [{ path: 'inputs.constructor', message: 'is wrong' }])).toEqual({
      constructor: 'is wrong',
    });
    expect(faultsByField(['a'], [{ path: 'inputs.a', message: 'x'.repeat(500) }]).a).toHaveLength(300);
  });
});
