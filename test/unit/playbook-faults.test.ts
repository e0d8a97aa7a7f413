// What a playbook file may do wrong beyond single fields: hostile YAML, every fault at once, exact places.
import { describe, expect, it } from 'vitest';
import { compilePlaybook, formatFault } from '../../src/core/playbook/compile.ts';
import { parseYaml } from '../../src/core/playbook/parse-yaml.ts';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import { playbookJsonSchema } from '../../src/core/playbook/schema.ts';
import { actions, playbook } from '../support/given/given.ts';

const head =
  'apiVersion: firebreak/v1\nname: test\nversion: 1.0.0\nowner: { product: p, technical: t, escalation: e }\n';
const wait = 'uses: wait, with: { for: 1s }';
const faultsOf = (text: string) => {
  const compiled = compilePlaybook(text, 'p.yaml', actions);
  return compiled.ok ? [] : compiled.error.map(formatFault);
};

describe('YAML that attacks its reader is refused with its place', () => {
  const cases: readonly [string, string, number, number, RegExp][] = [
    ['deep lists', `a: ${'['.repeat(100_000)}`, 1, 202, /nested more than 100 levels/],
    ['deep closed maps', `${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}`, 1, 797, /nested more than 100 levels/],
    ['deep lists in one line', `x: 1\ny:\n  ${'- '.repeat(60_000)}z`, 3, 399, /nested more than 100 levels/],
    ['an alias without an anchor', 'a: 1\nb: *nope', 2, 4, /alias \*nope has no anchor/],
    ['an alias of itself', 'a: &a\n  - *a', 2, 5, /alias \*a contains itself/],
    ['binary data', 'a: !!binary aGk=', 1, 13, /tag tag:yaml\.org,2002:binary is not allowed/],
    ['a tag of its own', 'a: !run x', 1, 4, /!run/],
    ['a duplicate key', 'a: 1\nb:\n  c: 1\n  c: 2', 4, 3, /unique/],
    ['a tab', 'a:\n\tb: 1', 2, 1, /[Tt]abs/],
    ['several documents', 'a: 1\n---\nb: 1', 2, 1, /several documents/],
    ['no content', '# nothing', 1, 1, /empty/],
    ['too much', `a: "${'é'.repeat(140_000)}"`, 1, 1, /larger than 256 KiB/],
  ];
  for (const [name, text, line, col, message] of cases) {
    it(name, () => {
      const { source, faults } = parseYaml(text);
      expect(source).toBeNull();
      expect(faults[0]).toMatchObject({ line, col, message: expect.stringMatching(message) as string });
    });
  }

  it('while a few aliases are fine', () => {
    expect(parseYaml('a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]').source?.data).toMatchObject({
      c: [
        [[1], [1]],
        [[1], [1]],
      ],
    });
  });
});

describe('faults', () => {
  it('come all at once, in the order of the file, each at its place', () => {
    const text = `${head}colour: red
concurrency: { key: "\${{ inputs.host }}" }
steps:
  - { id: a, ${wait}, aproval: { from: ["@sre"] } }
  - { id: b, uses: http.requst }
  - id: c
    ${'uses: shell.run'}
    with: { command: ["\${{ steps.d.output }}"] }
    approval: { from: ["@sre"], quorm: 2 }
  - { id: d, ${wait} }
`;
    expect(faultsOf(text)).toEqual([
      'p.yaml:5:1  unknown key `colour`',
      'p.yaml:6:16  inputs.host is not defined; add it under `inputs`',
      'p.yaml:8:45  unknown key `aproval` in steps.0; did you mean `approval`?',
      expect.stringMatching(/^p\.yaml:9:14 {2}there is no action `http\.requst`; did you mean `http\.request`\?/),
      'p.yaml:12:5  steps.d has not run for certain at this point; add `d` to `needs`',
      expect.stringMatching(/^p\.yaml:12:23 .*the expression yields a map: .*expected string/),
      'p.yaml:13:33  unknown key `quorm` in steps.2.approval; did you mean `quorum`?',
    ]);
  });

  const inputs = (spec: string) =>
    faultsOf(`${head}inputs:\n  x: { type: string, ${spec} }\nsteps: [{ id: a, ${wait} }]`);
  it('in inputs: a pattern that is not RE2, a default that breaks its own rules', () => {
    expect(inputs('pattern: "a(?=b)"')).toEqual([expect.stringMatching(/^p\.yaml:6:22 {2}is not an RE2 pattern/)]);
    expect(inputs('default: B, pattern: "^[a-z]+$"')).toEqual(['p.yaml:6:22  the default must match ^[a-z]+$']);
    expect(inputs('default: c, enum: [a, b]')).toEqual(['p.yaml:6:22  the default must be one of a, b']);
  });

  it('in a verification: the input of its action', () => {
    const verify = 'verify: { uses: http.request, with: { ulr: x }, until: "true" }';
    expect(faultsOf(`${head}steps: [{ id: a, ${wait}, ${verify} }]`).join()).toMatch(/http\.request: /);
  });

  it('in a template: an expression as a key, a secret in a larger expression', () => {
    const call = (body: string) =>
      faultsOf(`${head}steps: [{ id: a, uses: http.request, with: { url: "https://x.test", body: ${body} } }]`).join();
    expect(call('{ "${{ run.id }}": 1 }')).toMatch(/may stand in a value, not in a key/);
    expect(call('"${{ secrets.a + secrets.b }}"')).toMatch(/a secret may only be used as it is/);
  });

  it('are found in 500 steps before a test may last too long', () => {
    const steps = Array.from({ length: 500 }, (_, i) => `  - { id: s${i}, ${wait} }`).join('\n');
    expect(faultsOf(`${head}steps:\n${steps}`)).toEqual([]);
  });
});

describe('what is left out', () => {
  it('is filled in: order, retries that never repeat an unknown outcome, risk and time of the action', () => {
    const { steps } = playbook(
      `  - { id: look, uses: http.request, with: { url: "https://x.test" } }\n` +
        `  - { id: act, uses: http.request, with: { url: "https://x.test", method: POST } }`,
    );
    expect(steps[0]).toMatchObject({
      needs: [],
      replay: 'safe',
      retry: { on: ['transient', 'rate_limited', 'timeout'] },
    });
    expect(steps[1]).toMatchObject({ needs: ['look'], replay: 'ask', retry: { on: ['transient', 'rate_limited'] } });
    expect(steps[1]).toMatchObject({ reversible: false, onFailure: 'stop', runsOn: 'default', approval: null });
  });

  it('comments, order of keys and white space change no digest', () => {
    const one = playbook(`  - { id: a, ${wait} }`);
    const other = playbook('  # why\n  - with:\n      for: 1s\n    uses: wait\n    id: a');
    expect(playbookRef(other)).toEqual(playbookRef(one));
  });
});

it('the JSON Schema is closed and speaks of durations as text', () => {
  expect(playbookJsonSchema()).toMatchObject({
    additionalProperties: false,
    required: expect.arrayContaining(['apiVersion', 'name', 'version', 'owner', 'steps']) as string[],
    properties: { timeout: { type: 'string' } },
  });
});
