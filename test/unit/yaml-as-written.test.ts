// YAML habits: what is written unquoted stays as it is written or is refused with its place; what authors bring along is understood.
import { describe, expect, it } from 'vitest';
import { readConfigFile } from '../../src/config/file.ts';
import { decodeText } from '../../src/core/decode-text.ts';
import { compilePlaybook, formatFault } from '../../src/core/playbook/compile.ts';
import { checkInput } from '../../src/core/playbook/match.ts';
import { parseYaml } from '../../src/core/playbook/parse-yaml.ts';
import type { InputSpec, Playbook } from '../../src/core/playbook/playbook.ts';
import { parseDuration } from '../../src/core/time.ts';
import { actions } from '../support/given/given.ts';

const head =
  'apiVersion: firebreak/v1\nname: p\nversion: 1.0.0\nowner: { product: a, technical: b, escalation: "@c" }\n';
const steps = 'steps: [{ id: a, uses: wait, with: { for: 1s } }]\n';

function compiled(text: string): Playbook | string {
  const result = compilePlaybook(text, 'p.yaml', actions);
  return result.ok ? result.value : result.error.map(formatFault).join('\n');
}

const words = [
  '1.10',
  '0123',
  '007',
  '1e3',
  '0x1F',
  '0o17',
  '+5',
  '5.',
  '.5',
  '1.0',
  'True',
  'FALSE',
  '12:30',
  '2026-01-01',
  'yes',
  'no',
  'on',
  'off',
  '1_000',
  '-0',
  '64',
];

describe('an unquoted word where a text is wanted', () => {
  it.each(words)('%s stays as it is written in the default and the values of an input', (word) => {
    const playbook = compiled(`${head}inputs: { x: { type: string, default: ${word}, enum: [a, ${word}] } }\n${steps}`);
    expect(typeof playbook === 'string' ? playbook : [playbook.inputs.x?.default, playbook.inputs.x?.enum]).toEqual([
      word,
      ['a', word],
    ]);
  });

  it.each(['1.10', '1e3', '0x1F', '+5', '1.0', 'True', '-0'])(
    '%s is refused within `with`, where it would be sent in another form',
    (word) => {
      const step = (value: string) =>
        `${head}steps:\n  - { id: a, uses: http.request, with: { url: "https://x.example.com", method: POST, body: { v: ${value} } } }\n`;
      expect(compiled(step(word))).toMatch(/^p\.yaml:6:\d+ {2}.* would be sent as .*quote it/);
      expect(typeof compiled(step(`"${word}"`))).toBe('object');
    },
  );

  it.each(['version: 1.10', 'description: 1.10', 'name: 007', 'name: true'])(
    '%s is refused with its place, or kept',
    (line) => {
      const key = line.split(':')[0] ?? '';
      const text = head.replace(new RegExp(`^${key}:.*\\n`, 'm'), '');
      const playbook = compiled(`${line}\n${text}${steps}`);
      expect(playbook).toMatch(/^p\.yaml:1:1 /);
    },
  );

  it('is refused with what to write', () => {
    expect(compiled(head.replace('1.0.0', '1.10') + steps)).toMatch(
      /p\.yaml:3:1 .*must be text; it is a number; quote it: "1\.10"/,
    );
    expect(compiled(`${head}steps: [{ id: a, uses: shell.run, with: { command: [echo, 64] } }]\n`)).toMatch(
      /expected string, received number/,
    );
  });

  it('is refused in firebreak.yaml too', () => {
    const read = readConfigFile('people: { ana: { local: 0123 } }\nenv: [1.10]\n', 'firebreak.yaml', {});
    expect(read.ok ? '' : read.error.join('\n')).toMatch(/^firebreak\.yaml:2:\d+ .*quote it: "1\.10"/);
    const kept = readConfigFile('x-own: &a [PATH]\nenv: *a\n', 'firebreak.yaml', {});
    expect(kept.ok && kept.value.env).toEqual(['PATH']);
  });
});

describe('a number or key that would become another one is refused', () => {
  it.each([
    'a: 12345678901234567890',
    'a: 9007199254740993',
    'a: 3.14159265358979323846',
    'a: .inf',
    'a: .nan',
    '1.10: a',
    'True: a',
    '0x1F: a',
    '~: a',
  ])('%s', (text) => {
    expect(parseYaml(text).faults[0]).toMatchObject({ line: 1, message: expect.stringMatching(/quote it/) });
  });

  it('while 64, -1.5, null and words are what they are', () => {
    expect(parseYaml('a: 64\nb: -1.5\nc: null\nd: yes\n5: e').source?.data).toEqual({
      a: 64,
      b: -1.5,
      c: null,
      d: 'yes',
      5: 'e',
    });
  });
});

describe('an input given as text', () => {
  const spec = (type: InputSpec['type']): InputSpec => ({
    type,
    description: '',
    from: null,
    default: null,
    required: true,
    pattern: null,
    enum: null,
  });
  it.each(['0123', '0x10', ' 7', '1_000', '12345678901234567890', '1e999', '١'])('%s is no number', (text) => {
    expect(checkInput(spec('number'), text).ok).toBe(false);
  });
  it.each([
    ['7', 7],
    ['-1.50', -1.5],
    ['1e3', 1000],
  ] as const)('%s is a number', (text, value) => {
    expect(checkInput(spec('number'), text)).toEqual({ ok: true, value });
  });
  it('that is a number with a fraction in JSON is refused: 1.10 is 1.1 by then', () => {
    expect(checkInput(spec('string'), 1.1)).toMatchObject({ ok: false, error: expect.stringMatching(/in quotes/) });
    expect(checkInput(spec('string'), 7)).toEqual({ ok: true, value: '7' });
  });
});

describe('habits', () => {
  it('merge keys with an anchor under x-, each fault at its place', () => {
    const text = `${head}x-retry: &r { maxAttempts: 5, baseDelay: 2s }\nsteps:\n  - { id: a, uses: shell.run, with: { command: [/bin/true] }, retry: { <<: *r, maxDelay: 9s } }\n`;
    const playbook = compiled(text);
    expect(typeof playbook === 'string' ? playbook : playbook.steps[0]?.retry).toMatchObject({
      maxAttempts: 5,
      baseDelayMs: 2000,
      maxDelayMs: 9000,
    });
    expect(compiled(text.replace('baseDelay: 2s', 'baseDelay: soon'))).toMatch(
      /p\.yaml:5:\d+ {2}steps\.0\.retry\.baseDelay: is not a duration/,
    );
    expect(compiled(`${head}y-own: 1\n${steps}`)).toMatch(/unknown key `y-own`/);
  });

  it('aliases that expand to too much are refused', () => {
    const laugh = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`).join(', ')}]`),
    ].join('\n');
    expect(parseYaml(laugh).faults[0]?.message).toMatch(/expand to too much/);
  });

  it.each([
    ['1h30m', 5_400_000],
    ['1w', 604_800_000],
    ['1d12h', 129_600_000],
    ['100ms', 100],
    ['1y', 31_536_000_000],
    ['1.5h', 5_400_000],
    ['2m 30s', null],
    ['30m1h', null],
    ['1h1h', null],
    ['PT5M', null],
    ['5', null],
    ['-5m', null],
    ['', null],
    ['11y', null],
  ] as const)('the duration %s is %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it('a duration of another notation, or without a unit, is told what to write', () => {
    expect(compiled(`${head}timeout: PT1H30M\n${steps}`)).toMatch(/PT1H30M is 1h30m here/);
    expect(compiled(`${head}timeout: 90\n${steps}`)).toMatch(/90 has no unit/);
  });

  it.each([
    'if: ${{ inputs.x == "a" ? true : false }}',
    '{ if: ${{ inputs.x == "a" ? true : false }} }',
    'a:\n  - ${{ {"a": 1}.a }}: x: y',
    'with: { command: [echo, ${{ inputs.x }}] }',
  ])('an expression outside quotes is told to be quoted: %s', (text) => {
    expect(parseYaml(text).faults).toMatchObject([{ message: expect.stringMatching(/must be quoted/) }]);
  });

  it('a fault beside a quoted expression is told in its own words', () => {
    expect(parseYaml('a: "${{ x }}"\nb: [').faults[0]?.message).not.toMatch(/must be quoted/);
  });

  it('a byte order mark and CRLF are understood', () => {
    const text = decodeText(Buffer.from(`\ufeff${(head + steps).replaceAll('\n', '\r\n')}`));
    expect(text.ok && typeof compiled(text.value)).toBe('object');
  });

  it('tabs and several documents are told in words', () => {
    expect(parseYaml('a:\n\tb: 1').faults[0]?.message).toMatch(/[Tt]ab/);
    expect(parseYaml('a: 1\n---\nb: 2').faults[0]?.message).toMatch(/several documents/);
  });

  it.each([
    ['utf16le', [0xff, 0xfe]],
    ['utf16le', []],
  ] as const)('UTF-16 is named (%s, mark %j)', (encoding, mark) => {
    const bytes = Buffer.concat([Buffer.from(mark), Buffer.from(head, encoding)]);
    expect(decodeText(bytes)).toMatchObject({ ok: false, error: expect.stringMatching(/UTF-16/) });
    expect(decodeText(Buffer.from(bytes).swap16())).toMatchObject({
      ok: false,
      error: expect.stringMatching(/UTF-16/),
    });
  });

  it('what is no UTF-8 is not guessed', () => {
    expect(decodeText(Buffer.from('name: caf\xe9', 'latin1'))).toMatchObject({
      ok: false,
      error: expect.stringMatching(/not UTF-8/),
    });
  });
});
