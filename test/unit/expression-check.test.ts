// What is told of a playbook before it runs: expressions that cannot be evaluated, values that do not fit, inputs that nothing gives.
import { describe, expect, it } from 'vitest';
import { compilePlaybook, formatFault, readPlaybook } from '../../src/core/playbook/compile.ts';
import { actions } from '../support/given/given.ts';

const head =
  'apiVersion: firebreak/v1\nname: p\nversion: 1.0.0\nowner: { product: a, technical: b, escalation: "@c" }\n';
const echo = (word: string, rest = '') =>
  `  - { id: b, uses: shell.run, with: { command: [/bin/echo, '${word}'] }${rest} }\n`;
const first = '  - { id: a, uses: shell.run, with: { command: [/bin/echo, x] } }\n';

function faultsOf(text: string): readonly string[] {
  const compiled = compilePlaybook(head + text, 'p.yaml', actions);
  return compiled.ok ? [] : compiled.error.map(formatFault);
}

const inStep = (expression: string, rest = '') =>
  faultsOf(
    `inputs: { n: { type: number, default: 3 }, s: { type: string, default: x } }\nsteps:\n${first}${echo(`\${{ ${expression} }}`, rest)}`,
  );

describe('an expression in a step is refused for', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['fromJSON("{}")', /there is no function `fromJSON`/],
    ['inputs.s.startswith("a") ? "y" : "n"', /there is no function `startswith`; did you mean `startsWith`\?/],
    ['maths.greatest(1, 2)', /`maths` is not known here|there is no function `greatest`/],
    ['math.gratest(1, 2)', /there is no function `math\.gratest`; did you mean `math\.greatest`\?/],
    ['steps.a.outputs.stdout', /there is no `outputs` here; did you mean `output`\?/],
    ['steps.a.output.stdot', /there is no `stdot` here; did you mean `stdout`\?/],
    ['alert.label.x', /there is no `label` here; did you mean `labels`\?/],
    ['alert["titel"]', /there is no `titel` here/],
    ['incident.nummer', /there is no `nummer` here/],
    ['run.playbok', /there is no `playbok` here; did you mean `playbook`\?/],
    ['has(alert.titel) ? "a" : "b"', /there is no `titel` here/],
    ['"a" + 1', /`\+` does not fit \(a text, a whole number\)/],
    ['inputs.n + "x"', /`\+` does not fit \(a number, a text\)/],
    ['steps.a.output.exitCode.split("x")[0]', /`split` does not fit a number/],
    ['inputs.s.split(1)[0]', /`split` does not fit a text, with \(a whole number\)/],
    ['inputs.s.length', /`\.length` is asked of a text/],
    ['inputs.n', /the expression yields a number: .*expected string.*string\(\.\.\.\)/],
    ['steps.a.output', /the expression yields a map: .*expected string/],
    ['[1, 2]', /the expression yields a list/],
    ['alert.?title', /yields an optional; end it with orValue/],
    ['alert.labels.?a + "x"', /does not fit \(an optional, a text\); end the optional/],
    ['inputs.s ? "a" : "b"', /a text stands where true or false is wanted/],
    ['alert.links.map(l, l.href).join("")', /there is no `href` here; there is label, url/],
    ['inputs.n.map(x, string(x)).join("")', /a loop goes over a number/],
    ['["a"]["b"]', /`\.b` is asked of a list/],
  ];
  it.each(cases)('%s', (text, message) => {
    const faults = inStep(text);
    expect(faults.find((fault) => message.test(fault))).toMatch(/^p\.yaml:8:\d+ {2}/);
  });

  it('nothing of which nothing is known', () => {
    for (const text of [
      'string(inputs.n)',
      'steps.a.output.stdout.trim()',
      'alert.labels.anything',
      'alert.labels["app.kubernetes.io/name"]',
      'alert.labels.?team.orValue("nobody")',
      'alert.?service.orValue("x")',
      'string(json(steps.a.output.stdout).leader.of[0].anything)',
      'alert.links.map(l, l.url).join(" ")',
      'string(math.greatest(inputs.n, 2.5))',
      'inputs.n > 2 && inputs.s != "x" ? "a" : "b"',
      'string(timestamp(alert.startsAt).getHours())',
      'string(steps.a.output.exitCode == 0 || steps.a.status == "failed")',
      'inputs.s in ["a", "b"] ? "a" : "b"',
      'alert.labels.exists(k, k == "a") ? "a" : "b"',
      'cel.bind(x, inputs.n, string(x + 1))',
      'alert.labels.?a.optMap(v, v + "!").orValue("")',
      '"%d".format([inputs.n])',
      'dyn(inputs.n) == "x" ? "a" : "b"',
    ])
      expect([text, inStep(text)]).toEqual([text, []]);
  });
});

describe('a playbook is refused for', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      'a condition that is no condition',
      `steps:\n${first}${echo('x', ', if: steps.a.status')}`,
      /^p\.yaml:7:\d+ .*yields a text, but must yield true or false/,
    ],
    [
      'a forEach over a text',
      `steps:\n${first}${echo('x', ', forEach: steps.a.output.stdout')}`,
      /yields a text, but must yield a list/,
    ],
    [
      'a verification over what the output lacks',
      `steps:\n  - { id: a, uses: http.request, with: { url: "https://x.example.com" }, verify: { until: output.code == 200 } }`,
      /there is no `code` here/,
    ],
    [
      'a capture of what the output lacks',
      `steps:\n  - { id: a, uses: shell.run, with: { command: [x] }, capture: [{ name: a, from: output.body }] }`,
      /there is no `body` here/,
    ],
    [
      'an undo over what the output lacks',
      `steps:\n  - { id: a, uses: shell.run, with: { command: [x] }, compensate: { uses: shell.run, with: { command: [x, "\${{ output.id }}"] } } }`,
      /there is no `id` here/,
    ],
    [
      'a final step over what an output lacks',
      `steps:\n${first}finally:\n${echo('${{ steps.a.output.code }}')}`,
      /there is no `code` here/,
    ],
    [
      'outputs over what an output lacks',
      `outputs: { x: steps.a.output.code }\nsteps:\n${first}`,
      /there is no `code` here/,
    ],
    [
      'a trigger over what an alert lacks',
      `triggers: [{ source: "*", when: alert.name == "x" }]\nsteps:\n${first}`,
      /^p\.yaml:5:\d+ .*there is no `name` here/,
    ],
    [
      'a trigger that is no condition',
      `triggers: [{ source: "*", when: alert.labels.x }]\nsteps:\n${first}`,
      /yields a text, but must yield true or false/,
    ],
    [
      'a list for an input that is a text',
      `inputs: { x: { type: string, from: alert.links } }\nsteps:\n${first}`,
      /gives a list, but the input is a string/,
    ],
    [
      'a key over what an alert lacks',
      `concurrency: { key: "\${{ alert.id }}" }\nsteps:\n${first}`,
      /there is no `id` here/,
    ],
    [
      'an input that no alert can give',
      `triggers: [{ source: "*" }]\ninputs: { x: { type: string } }\nsteps:\n${first}`,
      /^p\.yaml:6:\d+ .*no alert can give it/,
    ],
  ];
  it.each(cases)('%s', (_, text, message) => {
    expect(
      faultsOf(text)
        .map((fault) => fault.replace('  ', ' '))
        .find((fault) => message.test(fault)),
    ).toBeDefined();
  });

  it('every fault at once, of its shape and of its meaning', () => {
    const text = `timeout: 90\nsla: { completeWithin: P1D }\ninputs: { x: { type: text } }\nsteps:\n${first}  - { id: w, uses: wait, with: { for: PT5M }, needs: [z], retry: { maxAttempts: 0 } }\n${echo('${{ nope() }}')}`;
    const faults = faultsOf(text);
    for (const part of [
      'timeout',
      'completeWithin',
      'inputs.x.type',
      'wait: for',
      'needs `z`',
      'maxAttempts',
      '`nope`',
    ])
      expect([part, faults.some((fault) => fault.includes(part))]).toEqual([part, true]);
    const bare = compilePlaybook(`steps:\n${echo('${{ nope() }}')}`, 'p.yaml', actions);
    expect(bare.ok ? [] : bare.error.map(({ message }) => message).join('\n')).toMatch(
      /apiVersion.*name.*version.*owner.*nope/s,
    );
  });

  it('what it knows from the schema that a step declares', () => {
    const look = `steps:\n  - { id: a, uses: http.request, with: { url: "https://x.example.com" }, output: { schema: { type: object, properties: { body: { type: object, additionalProperties: false, properties: { size: { type: integer } } } } } } }\n`;
    expect(faultsOf(`${look}${echo('${{ string(steps.a.output.body.size) }}')}`)).toEqual([]);
    expect(faultsOf(`${look}${echo('${{ steps.a.output.body.name }}')}`).join()).toMatch(/there is no `name` here/);
  });
});

describe('a playbook that will go wrong in a run', () => {
  it('is still loaded by a server, which says so', () => {
    const read = readPlaybook(`${head}steps:\n${echo('${{ nope() }}')}`, 'p.yaml', actions);
    expect(read.playbook?.name).toBe('p');
    expect(read.faults).toEqual([]);
    expect(read.doubts.map(({ message }) => message)).toEqual(['there is no function `nope`']);
  });
});
