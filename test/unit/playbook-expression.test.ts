// Expressions and templates: what they yield, what they cost at most, and that foreign text stays text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { compileExpression, type Scope } from '../../src/core/playbook/expression.ts';
import { compileTemplate, maskedSecret, render, type SecretValue } from '../../src/core/playbook/template.ts';

function run(text: string, scope: Scope = {}): Json {
  const compiled = compileExpression(text);
  const result = compiled.ok ? compiled.value.run(scope) : compiled;
  return result.ok ? result.value : `refused: ${result.error}`;
}

function fill(tree: Json, scope: Scope = {}, secret: SecretValue = maskedSecret): Json {
  const compiled = compileTemplate(tree);
  const result = compiled.ok ? render(compiled.value, scope, secret) : compiled;
  return result.ok ? result.value : `refused: ${JSON.stringify(result.error)}`;
}

describe('an expression', () => {
  const values: readonly [string, Scope, Json][] = [
    ['x == 200', { x: 200 }, true],
    ['x == 200.0', { x: 200 }, true],
    ['x == 1.5 && x > 1 && x < 2', { x: 1.5 }, true],
    ['x * 1.5', { x: 2 }, 3],
    ['1.5 - x', { x: 2 }, -0.5],
    ['x / 2', { x: 5 }, 2],
    ['x + 1', { x: 1 }, 2],
    ['x', { x: { a: [1, 1.5, null, 'ä'] } }, { a: [1, 1.5, null, 'ä'] }],
    ['{"a": 1u}', {}, { a: 1 }],
    [
      'x.filter(i, i.ok).map(i, i.id)',
      {
        x: [
          { ok: true, id: 'a' },
          { ok: false, id: 'b' },
        ],
      },
      ['a'],
    ],
    ['type(x) == string', { x: 'a' }, true],
    ['timestamp(x) + duration("90s")', { x: '2026-01-01T00:00:00Z' }, '2026-01-01T00:01:30.000Z'],
    ['duration("90s")', {}, '90s'],
    ['has(x.a) ? x.a : "none"', { x: {} }, 'none'],
    ['x["__proto__"]', { x: JSON.parse('{"__proto__": "data"}') as Json }, 'data'],
  ];
  for (const [text, scope, value] of values)
    it(`${text} is ${JSON.stringify(value)}`, () => expect(run(text, scope)).toEqual(value));

  it('reaches nothing of the host', () => {
    for (const text of ['x.constructor', 'x.__proto__', 'x.toString', 'process', 'globalThis', 'x["constructor"]'])
      expect(run(text, { x: {} })).toMatch(/^refused: /);
  });

  it('is refused with a reason: unknown names, division by zero, overflow, other types, no expression', () => {
    expect(run('nope')).toBe('refused: unresolved attribute');
    expect(run('1 / 0')).toMatch(/divide by zero/);
    expect(run('9223372036854775807 + 1')).toMatch(/overflow/);
    expect(run('"a" + 1')).toMatch(/no matching overload/);
    expect(run('1 +')).toMatch(/not a valid CEL expression: <input>:1:/);
    expect(run('x.a', { x: {} })).toMatch(/^refused: no such key: a .*has\(\.\.\.\)/);
  });

  it('is bounded: length, nesting, loops over foreign lists, results, patterns', () => {
    const big = Array.from({ length: 1000 }, (_, i) => i);
    expect(run(`1${'+1'.repeat(1000)}`)).toMatch(/at most 2000/);
    expect(run(`${'('.repeat(31)}1${')'.repeat(31)}`)).toMatch(/30 levels/);
    expect(run('x.map(a, x.map(b, a))', { x: big })).toMatch(/more than 100000 steps/);
    expect(run('x.exists(a, x.exists(b, x.exists(c, false)))', { x: big })).toMatch(/more than 100000 steps/);
    expect(run('x.map(a, y)', { x: big, y: 'z'.repeat(2000) })).toMatch(/more than 1000000 characters/);
    expect(run('x.matches("^(a+)+$")', { x: `${'a'.repeat(50_000)}b` })).toBe(false);
    expect(run('x.matches("a(?=b)")', { x: 'a' })).toMatch(/regexp/);
    // The bound is per evaluation: what one used up is no loss to the next.
    expect(run('x.all(a, a >= 0)', { x: big })).toBe(true);
  });

  it('tells which names it uses, without those of its own loops', () => {
    const compiled = compileExpression('inputs.a == steps["b-c"].output && env.D in alert.l.map(i, i.name)');
    expect(compiled.ok && compiled.value.references.map((path) => path.join('.')).sort()).toEqual([
      'alert.l',
      'env.D',
      'inputs.a',
      'steps.b-c.output',
    ]);
  });
});

describe('a template', () => {
  it('ends an expression where it ends, not inside a text or a map', () => {
    expect(fill("${{ {'a': {'b': 1}} }}")).toEqual({ a: { b: 1 } });
    expect(fill('<${{ "}}" + \'}}\' }}>')).toBe('<}}}}>');
    expect(fill('${{ "a\\"}}" }}')).toBe('a"}}');
    expect(fill("it's ${{ 1 }}, isn't it ${{ 2 }}")).toBe("it's 1, isn't it 2");
  });

  it('names what is wrong: never closed, empty, an unknown name, a secret that is not configured', () => {
    expect(fill('a ${{ 1')).toMatch(/never closed/);
    expect(fill('${{ }}')).toMatch(/not a valid CEL expression/);
    expect(fill({ a: ['${{ nope }}'] })).toMatch(/\$\{\{ nope \}\}: unresolved attribute/);
    expect(fill('${{ secrets.key }}', {}, () => undefined)).toMatch(/secret key is not configured/);
  });

  it('joins lists and objects into text as canonical JSON', () => {
    expect(fill('v=${{ x }}', { x: { b: [1, null], a: 'q' } })).toBe('v={"a":"q","b":[1,null]}');
  });

  const mark = fc.constantFrom('${{ 1 + 1 }}', '${{ secrets.token }}', '$${{', '}}', '${{', '"', "'", '\\', '{');
  const foreign = fc
    .array(fc.oneof(fc.string(), mark))
    .map((parts) => parts.join('').toWellFormed().replaceAll('\0', ''));

  it('never reads foreign text as a template, and holds one place for it', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const scope = { alert: { title: text } };
        expect(fill('${{ alert.title }}', scope)).toBe(text);
        expect(fill(['-', 'a ${{ alert.title }} b', 'c'], scope)).toEqual(['-', `a ${text} b`, 'c']);
      }),
    );
  });

  it('puts masked and real secrets in the same places', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const tree = { h: 'Bearer ${{ secrets.t }}', b: ['${{ x }}', '${{ secrets.t }}'] };
        expect(fill(tree, { x: text })).toEqual({ h: 'Bearer [secret:t]', b: [text, '[secret:t]'] });
        expect(fill(tree, { x: text }, () => 's3')).toEqual({ h: 'Bearer s3', b: [text, 's3'] });
      }),
    );
  });

  it('leaves any JSON without marks as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes('${{'));
        expect(fill(value as Json)).toEqual(value);
      }),
    );
  });
});
