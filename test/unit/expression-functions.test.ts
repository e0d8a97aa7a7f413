// docs/expressions.md, held against the program: every line of it is evaluated, and every function has one.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { overloads } from '../../src/core/expression/library.ts';
import type { Json } from '../../src/core/json.ts';
import { compileExpression, type Scope } from '../../src/core/playbook/expression.ts';

const page = readFileSync(new URL('../../docs/expressions.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```cel\n(.*?)^```$/gms)]
  .flatMap(([, block = '']) => block.trim().split('\n'))
  .map((line) => line.split(' → '));

const scope: Scope = {
  alert: {
    labels: { instance: 'web-1:9100', team: 'Shop' },
    annotations: { runbook: 'https://wiki.example.com/runbooks/disk full' },
    startsAt: '2026-03-29T01:30:00Z',
  },
  stdout: '{"leader": "db-2", "lag": [3, 1, 2]}\n',
};

function run(text: string, given: Scope = scope): Json {
  const compiled = compileExpression(text);
  const result = compiled.ok ? compiled.value.run(given) : compiled;
  return result.ok ? result.value : `refused: ${result.error}`;
}

describe('docs/expressions.md', () => {
  it.each(examples)('%s yields %s', (text = '', yields = '') => {
    expect(run(text)).toEqual(JSON.parse(yields));
  });

  it('has an example of every function that an extension adds', () => {
    const own = [...overloads.keys()].filter((name) => /^[a-z]+(\.\w+)?$/i.test(name));
    // CEL's own conversions and getters are the language's, not ours to explain one by one.
    const usual = /^(int|uint|double|bool|bytes|string|type|dyn|get[A-Z]\w+)$/;
    const text = examples.map(([example]) => example).join('\n');
    expect(own.filter((name) => !usual.test(name) && !text.includes(`${name}(`))).toEqual([]);
  });
});

describe('an optional', () => {
  it('that nothing ends is refused, and so is a member of a text', () => {
    expect(run('alert.?labels')).toMatch(/end it with orValue/);
    expect(run('alert.startsAt.?year')).toMatch(/has no members/);
    expect(run('alert.labels.orValue("x")')).toMatch(/no optional/);
    expect(run('optional.none().value()')).toMatch(/orValue/);
  });

  it('is no syntax within a text or a comment', () => {
    expect(run('"a.?b[?c]"')).toBe('a.?b[?c]');
    expect(run(`'it\\'s .?x' + r".?\\d"`)).toBe("it's .?x.?\\d");
    expect(run('1 // .?x\n + 1')).toBe(2);
  });

  it('does not change what `? :` means', () => {
    expect(run('true ? [1][?0].orValue(2) : 3')).toBe(1);
    expect(run('[alert.labels.?a.hasValue() ? 1 : 2]')).toEqual([2]);
  });
});

describe('functions', () => {
  it('refuse what they cannot do with words that name them', () => {
    expect(run('json("{")')).toMatch(/json\.decode: the text is not JSON/);
    expect(run('url.decode("%zz")')).toMatch(/url\.decode/);
    expect(run('url.parse("nope")')).toMatch(/url\.parse/);
    expect(run('base64.decode("§")')).toMatch(/base64\.decode/);
    expect(run('[1, "a"].sort()')).toMatch(/sort:/);
    expect(run('[1].join("-")')).toMatch(/string\(x\)/);
    expect(run('math.greatest([])')).toMatch(/math\.greatest/);
    expect(run('timestamp(1e30)')).toMatch(/no instant/);
    expect(run('timestamp(0).getHours("Mars/Base")')).toMatch(/time zone/);
  });

  it('count a local clock that is set forward as the zone does, whatever zone the machine is in', () => {
    // 01:00 UTC is the instant at which Vienna leaves out the hour from 2 to 3.
    const at = (time: string) => run(`timestamp("2026-03-29T${time}Z").getHours("Europe/Vienna")`);
    expect([at('00:59:59'), at('01:00:00'), at('02:30:00')]).toEqual([1, 3, 4]);
  });

  it('read numbers of every unit as the same instant', () => {
    for (const zeros of ['', '000', '000000'])
      expect(run(`timestamp(1787195900${zeros})`)).toBe('2026-08-20T03:18:20.000Z');
  });
});
