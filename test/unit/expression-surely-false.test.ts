// What is known to be false without being evaluated is what an evaluation gives, for any alert.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { compileExpression } from '../../src/core/playbook/expression.ts';

const conditions = [
  'alert.labels.a == "x"',
  '"x" == alert.labels.a',
  'alert.labels["b"] == "y"',
  'alert.status == "firing"',
  'alert.labels.?a.orValue("x") == "x"',
  'has(alert.labels.a)',
  'alert.labels.b != "y"',
  'size(alert.labels) > 1',
  'alert.labels.c.startsWith("z")',
  '!(alert.labels.a == "x")',
  '(alert.labels.a == "x" || alert.labels.b == "y")',
  'alert.labels.a > 6',
  '7 < alert.labels.a',
  'alert.labels.b <= 6',
  'alert.labels.b == 7',
  'alert.labels.a != 7',
  'alert.labels.a != true',
  'alert.labels.c == true',
  'alert.labels.c',
  'alert.labels.c > "y"',
  'alert.labels.a.size() > 1',
  'size(alert.labels.b) != 1',
  '(alert.labels.a > 7 || alert.labels.b.size() > 1 || alert.labels.c == "x")',
];
const value = fc.constantFrom<JsonObject[string]>('x', 'y', 'z', '', 7, true, null, { a: 'x' }, ['x']);

it('gives what an evaluation gives, for every condition of several parts and every alert', () => {
  const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'), value, { maxKeys: 4 });
  const parts = fc.array(fc.constantFrom(...conditions), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(parts, labels, fc.constantFrom('firing', 'resolved'), (joined, given, status) => {
      const text = joined.join(' && ');
      const [short, whole] = [compileExpression(text), compileExpression(`[${text}][0]`)];
      if (!short.ok || !whole.ok) throw new Error(`${text} does not compile`);
      const scope = { alert: { status, labels: given } };
      expect(short.value.run(scope)).toEqual(whole.value.run(scope));
    }),
    { numRuns: 300 },
  );
});

const values: readonly JsonObject[string][] = [
  'x',
  'y',
  'z',
  'zz',
  '',
  6,
  7,
  8,
  7.5,
  true,
  false,
  null,
  {},
  { a: 'x' },
  [],
  ['x'],
  ['x', 'y'],
];

it.each(conditions)('gives what an evaluation gives for each kind of value: %s', (text) => {
  const [short, whole] = [compileExpression(text), compileExpression(`[${text}][0]`)];
  if (!short.ok || !whole.ok) throw new Error(`${text} does not compile`);
  for (const each of values) {
    const scope = { alert: { status: 'firing', labels: { a: each, b: each, c: each } } };
    expect(short.value.run(scope)).toEqual(whole.value.run(scope));
  }
});

it('is false where one part is not so, whatever is wrong with another', () => {
  const condition = compileExpression('alert.labels.nowhere.deep && alert.labels.a == "x"');
  expect(condition.ok && condition.value.run({ alert: { labels: { a: 'y' } } })).toEqual({ ok: true, value: false });
});
