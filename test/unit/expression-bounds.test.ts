// What an expression may cost: however it is written and whatever it is given, it ends soon and holds little.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { compileExpression } from '../../src/core/playbook/expression.ts';

const scope = {
  list: Array.from({ length: 1000 }, (_, i) => i),
  long: Array.from({ length: 200_000 }, (_, i) => i),
  text: 'ab'.repeat(100_000),
  map: Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`k${i}`, i])),
};

function run(text: string): Json {
  const compiled = compileExpression(text);
  const result = compiled.ok ? compiled.value.run(scope) : compiled;
  return result.ok ? result.value : `refused: ${result.error}`;
}

const tooMuch = /^refused: it takes more than 100000 steps/;

describe('an evaluation is ended when it costs too much', () => {
  const nested = (body: string, times: number) =>
    Array.from({ length: times }).reduce<string>((inner) => `[${inner}].map(v, [${body}])`, '1');
  const costly: readonly (readonly [string, string])[] = [
    ['a loop in a loop', 'list.map(a, list.map(b, a))'],
    ['three loops whose errors `||` and exists absorb', 'list.exists(a, list.exists(b, list.exists(c, 1 / 0 == 1)))'],
    ['a loop over more than may be visited', 'long.map(a, a)'],
    ['a loop over a map', 'map.all(k, k != "")'],
    ['a list that doubles at each level', nested(Array(20).fill('v').join(', '), 9)],
    ['a text that is put together again and again', Array(60).fill('text').join(' + ')],
    ['a text that grows within a loop', 'list.map(a, text + text)'],
    ['a replacement that is longer than what it replaces', 'text.replace("a", text)'],
    ['a replacement between all letters', 'text.replace("", text)'],
    ['a text that is split into its letters', 'text.split("")'],
    ['a list that is joined by a long text', 'list.map(x, string(x)).join(text)'],
    ['a range without end', 'lists.range(9223372036854775807)'],
    ['a long range', 'lists.range(1000000)'],
    ['lists that are put together within a loop', 'list.map(a, list + list).size() > 0'],
    ['equality of large values within a loop', 'list.filter(a, long == [a])'],
    ['a list that is looked through within a loop', 'list.filter(a, a in long)'],
    ['sorting what is too long', 'long.sort()'],
    ['a pattern that stands for many', 'text.matches("(?:a{1,500}b?){1,2}c")'],
    ['JSON of a text that is too long', 'json("[" + text.split("b").join(",") + "]")'],
    ['JSON of a value that shares its parts', `json.encode(${nested(Array(20).fill('v').join(', '), 9)})`],
    ['a format of a long text, many times', 'list.map(a, "%s".format([text]))'],
  ];
  // Without the bound the shortest of them takes minutes, which is longer than a test may last.
  it.each(costly)('%s', (_, text) => {
    expect(run(text)).toMatch(tooMuch);
  });

  // What a function throws is an error like any other to `||`, `&&` and the ternary's branches; only the meter knows better.
  it.each([
    'long.map(a, a).size() > 0 || true',
    'text.split("").size() > 0 || true',
    // Its first error is another one; that it cost too much is what has to be said.
    '1 / 0 == 1 || text.split("").size() > 0',
    '!(text.replace("", text) == "" && false)',
    'lists.range(1000000) == [] || true',
  ])('also where the operators would hold on in spite of the error: %s', (expression) => {
    expect(run(expression)).toMatch(tooMuch);
  });

  it('while daily work is far from it, and what one used is no loss to the next', () => {
    for (let i = 0; i < 3; i++) {
      expect(run('list.filter(a, a % 2 == 0).map(a, string(a)).join(",").size()')).toBe(1944);
      expect(run('text.split("b").size()')).toMatch(tooMuch);
      expect(run('text.contains("ba") && text.matches("^(ab)+$")')).toBe(true);
      expect(run('list.distinct().size() + list.sort()[0]')).toBe(1000);
    }
  });
});

describe('any expression of these parts', () => {
  const leaf = fc.constantFrom('list', 'text', 'map', '1', '"a"', '[1, 2]', 'v');
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a} + ${b})`),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `[${a}, ${b}]`),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `${a}.map(v, ${b})`),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `${a}.replace(${b}, "xyz")`),
      tie('tree').map((a) => `${a}.split("")`),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `${a}.join(${b})`),
    ),
  }));

  it('ends, with a value or with a reason', () => {
    fc.assert(
      fc.property(tree, (text) => {
        const compiled = compileExpression(text);
        const result = compiled.ok ? compiled.value.run(scope) : compiled;
        if (!result.ok) expect(result.error).not.toBe('');
      }),
      { numRuns: 60 },
    );
  });
});
