// Conditions that are seen to be false without being evaluated: as exact as evaluating them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefuted, neededOf } from '../../src/core/expression/refute.ts';
import type { Json } from '../../src/core/json.ts';
import { compileExpression, type Scope } from '../../src/core/playbook/expression.ts';

const needed = (text: string) => {
  const compiled = compileExpression(text);
  return compiled.ok ? neededOf(compiled.value.tree) : [];
};

/** What it yields; null: it cannot be evaluated. */
function run(text: string, scope: Scope): { readonly value: Json } | null {
  const compiled = compileExpression(text);
  const result = compiled.ok ? compiled.value.run(scope) : compiled;
  return result.ok ? { value: result.value } : null;
}

describe('a condition', () => {
  it('asks for the texts that its top compares names with, and for nothing where it may be true without', () => {
    expect(needed('alert.labels.a == "x" && ("y" == alert.labels["b"] && alert.n == 1)')).toEqual([
      { path: ['alert', 'labels', 'a'], text: 'x' },
      { path: ['alert', 'labels', 'b'], text: 'y' },
    ]);
    for (const text of [
      'a == "x" || b == "y"',
      '!(a == "x")',
      'a != "x"',
      'has(alert.a) == "x"',
      'alert.?a == "x"',
      'alert[?"a"] == "x"',
      'a.lowerAscii() == "x"',
      'alert.list[0] == "x"',
      'a == "x" ? true : false',
    ])
      expect([text, needed(text)]).toEqual([text, []]);
  });

  it('is refuted by another text, and by nothing that is missing or of another type', () => {
    const asks = needed('alert.labels.a == "x"');
    const refuted = (labels: Json) => isRefuted(asks, { alert: { labels } });
    expect(['y', ''].map((a) => refuted({ a }))).toEqual([true, true]);
    expect([{ a: 'x' }, { a: 1 }, { a: null }, {}, 'a', null, ['a']].map(refuted)).toEqual(Array(7).fill(false));
    expect(isRefuted(asks, {})).toBe(false);
  });

  it('yields what it yields evaluated, whatever else stands in it', () => {
    const name = fc.constantFrom(
      'alert.a',
      'alert.labels.b',
      'alert["labels"]["c"]',
      'alert.none',
      'alert.labels.a.b',
      'none',
    );
    const text = fc.constantFrom('"x"', '"y"', '""');
    const equal = fc
      .tuple(name, text, fc.boolean())
      .map(([a, b, turned]) => (turned ? `${b} == ${a}` : `${a} == ${b}`));
    const other = fc.constantFrom(
      '1 / 0 == 1',
      'alert.labels.b.size() > 0',
      'true',
      'false',
      'alert.none',
      'has(alert.a)',
    );
    const leaf = fc.oneof({ weight: 3, arbitrary: equal }, { weight: 1, arbitrary: other });
    const { condition } = fc.letrec<{ condition: string }>((tie) => ({
      condition: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc
          .tuple(tie('condition'), fc.constantFrom('&&', '&&', '||'), tie('condition'))
          .map(([a, op, b]) => `(${a} ${op} ${b})`),
      ),
    }));
    const value = fc.constantFrom<Json>('x', 'y', '', 1, null, true, {}, ['x']);
    const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value);
    fc.assert(
      fc.property(condition, fc.record({ a: value, labels }, { requiredKeys: [] }), (asked, alert) => {
        // Nothing is asked for by what is true or false of a comparison.
        const evaluated = run(`[${asked}]`, { alert });
        const found = run(asked, { alert });
        expect(found && [found.value]).toEqual(evaluated?.value ?? null);
      }),
      { numRuns: 400 },
    );
  });
});
