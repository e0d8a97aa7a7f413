// An expression that answers from memory says what it says when it is evaluated, and is evaluated once for what looks the same to it.
import { expect, test } from 'vitest';
import { remembering } from '../../src/core/expression/remembered.ts';
import type { Json } from '../../src/core/json.ts';
import { compileExpression, type Expression, type Scope } from '../../src/core/playbook/expression.ts';

function compiled(text: string): Expression {
  const expression = compileExpression(text);
  if (!expression.ok) throw new Error(expression.error);
  return expression.value;
}

function counting(text: string) {
  const expression = compiled(text);
  let evaluations = 0;
  const run = (scope: Scope) => {
    evaluations += 1;
    return expression.run(scope);
  };
  const ask = remembering({ references: expression.references, run });
  return { ask, evaluations: () => evaluations };
}

test('an expression is evaluated once for alerts that say the same in all that it looks at', () => {
  const { ask, evaluations } = counting('alert.labels.?queue.orValue("").startsWith("batch-")');
  for (let n = 0; n < 10; n += 1) {
    expect(ask({ alert: { title: `number ${n}`, labels: { queue: 'batch-1', host: `h${n}` } } }).ok).toBe(true);
    expect(ask({ alert: { title: `number ${n}`, labels: { host: `h${n}` } } })).toEqual({ ok: true, value: false });
  }
  expect(evaluations()).toBe(2);
});

test('an expression that looks at more than texts, numbers and truths is evaluated each time', () => {
  const { ask, evaluations } = counting('alert.labels.exists(name, name == "queue")');
  expect(ask({ alert: { labels: { queue: 'a' } } })).toEqual({ ok: true, value: true });
  expect(ask({ alert: { labels: { host: 'a' } } })).toEqual({ ok: true, value: false });
  expect(evaluations()).toBe(2);
});

test('what was evaluated for one value is never the answer for another one', () => {
  const values: readonly (Json | undefined)[] = ['', '1', '1;', 'true', 'null', 1, 1.5, 0, -0, true, false, null];
  const scopes: readonly Scope[] = [
    ...values.flatMap((a) => values.map((b) => ({ alert: { a: a ?? null, b: b ?? null } }))),
    ...values.map((a) => ({ alert: { a: a ?? null } })),
    ...values.map((b) => ({ alert: { b: b ?? null } })),
    { alert: { a: ['1'], b: {} } },
    { alert: {} },
    { alert: 'text' },
    {},
  ];
  for (const text of ['alert.a == alert.b', 'has(alert.a) && alert.b != null', 'alert.?a.orValue("none")', 'alert.a']) {
    const expression = compiled(text);
    const ask = remembering(expression);
    for (const scope of [...scopes, ...scopes]) expect(ask(scope)).toEqual(expression.run(scope));
  }
});

test('an expression answers right of more values than it keeps', () => {
  const ask = remembering(compiled('"item " + alert.name'));
  for (let n = 0; n < 1500; n += 1)
    expect(ask({ alert: { name: `n${n % 700}` } })).toEqual({ ok: true, value: `item n${n % 700}` });
});
