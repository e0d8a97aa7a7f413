// Bad playbooks: each fault is named, with its place.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compilePlaybook } from '../../src/core/playbook/compile.ts';
import { compileExpression } from '../../src/core/playbook/expression.ts';
import { compileTemplate, maskedSecret, render } from '../../src/core/playbook/template.ts';
import { loadPlaybooks } from '../../src/store/playbook/playbook-files.ts';
import { actions } from '../support/given/given.ts';

const head =
  'apiVersion: firebreak/v1\nname: test\nversion: 1.0.0\nowner: { product: p, technical: t, escalation: e }\n';
const faultsOf = (text: string) => {
  const compiled = compilePlaybook(text, 'p.yaml', actions);
  return compiled.ok ? [] : compiled.error.map(({ line, col, message }) => `${line}:${col} ${message}`);
};
const step = (rest: string) => `${head}steps:\n  - { id: a, uses: shell.run, with: { command: [x] }${rest} }\n`;

describe('a playbook with', () => {
  const cases: readonly [string, string, RegExp][] = [
    ['an unknown key', step(', comand: 1'), /^6:\d+ unknown key `comand` in steps\.0/],
    [
      'an unknown action',
      `${head}steps:\n  - { id: a, uses: shell.runn }`,
      /^6:\d+ there is no action `shell\.runn`; did you mean `shell\.run`\?/,
    ],
    [
      'a cycle',
      `${head}steps:\n  - { id: a, needs: [b], uses: wait, with: { for: 1s } }\n  - { id: b, needs: [a], uses: wait, with: { for: 1s } }`,
      /^6:\d+ the steps need each other in a circle: a -> b -> a/,
    ],
    ['an unknown need', step(', needs: [z]'), /^6:\d+ needs `z`, but there is no such step/],
    [
      'an undefined input',
      `${head}steps:\n  - { id: a, uses: shell.run, with: { command: ["\${{ inputs.x }}"] } }`,
      /^6:\d+ inputs\.x is not defined/,
    ],
    ['a CEL error', step(', if: "1 +"'), /^6:\d+ not a valid CEL expression/],
    [
      'an id used twice',
      `${head}steps:\n  - { id: a, uses: wait, with: { for: 1s } }\n  - { id: a, uses: wait, with: { for: 1s } }`,
      /^7:\d+ the id `a` is used twice/,
    ],
    ['a duplicate key', `${head}name: again\nsteps: []`, /^5:1 Map keys must be unique/],
    ['a tag', `${head}description: !!js/function x\nsteps: []`, /^5:\d+ /],
    ['a tab', `${head}steps:\n\t- { id: a }`, /^6:\d+ /],
    ['an alias bomb', `a: &a [x]\nb: [${Array(101).fill('*a').join(', ')}]`, /more than 100 aliases/],
    ['two documents', `${head}steps: []\n---\na: 1`, /several documents/],
    ['a high risk without approvers', step(', risk: high'), /^6:\d+ a high-risk step needs `approval/],
    ['a bad duration', step(', timeout: soon'), /^6:\d+ steps\.0\.timeout: is not a duration/],
    ['a secret outside `with`', step(', target: "${{ secrets.x }}"'), /^6:\d+ secrets may be used only inside `with`/],
    [
      'a step that has not run for certain',
      `${head}steps:\n  - { id: a, needs: [], uses: wait, with: { for: 1s } }\n  - { id: b, needs: [], if: steps.a.status == "succeeded", uses: wait, with: { for: 1s } }`,
      /^7:\d+ steps\.a has not run for certain/,
    ],
    ['an unknown input of an action', `${head}steps:\n  - { id: a, uses: wait, with: { fro: 1s } }`, /^6:\d+ wait: /],
    [
      'a verification that would repeat an unsafe action',
      step(', verify: { until: "true" }'),
      /^6:\d+ would repeat shell\.run/,
    ],
  ];
  for (const [name, text, expected] of cases) {
    it(name, () => expect(faultsOf(text).find((fault) => expected.test(fault)) ?? faultsOf(text)).toMatch(expected));
  }

  it('several faults reports all of them', () => {
    expect(faultsOf(`${head}steps:\n  - { id: a, needs: [y], if: "1 +", uses: wait, with: { for: 1s } }`)).toHaveLength(
      2,
    );
  });
});

describe('the playbooks that come with it', () => {
  const folder = 'deploy/examples/playbooks';
  for (const file of readdirSync(folder).filter((name) => !name.endsWith('.test.yaml'))) {
    it(`${file} is valid`, () => expect(faultsOf(readFileSync(`${folder}/${file}`, 'utf8'))).toEqual([]));
  }

  it('are examples: none is in force in an installation that was not told of it', () => {
    expect(loadPlaybooks(['playbooks'], actions)).toEqual({ playbooks: [], faults: [] });
  });
});

describe('templates', () => {
  const fill = (tree: string, scope = {}) => {
    const template = compileTemplate(tree);
    if (!template.ok) throw new Error(template.error[0]?.message);
    return render(template.value, scope, maskedSecret);
  };

  it('never evaluate what an expression yields', () => {
    const alert = { title: '${{ secrets.token }} ${{ 1 + 1 }}' };
    expect(fill('${{ alert.title }}', { alert })).toEqual({ ok: true, value: alert.title });
    expect(fill('say ${{ alert.title }}', { alert })).toEqual({ ok: true, value: `say ${alert.title}` });
  });

  it('keep the type of a whole expression, mask secrets, and write their own marks', () => {
    expect(fill('${{ 1 + 1 }}')).toEqual({ ok: true, value: 2 });
    expect(fill('Bearer ${{ secrets.token }}')).toEqual({ ok: true, value: 'Bearer [secret:token]' });
    expect(fill('$${{ x }}')).toEqual({ ok: true, value: '${{ x }}' });
  });

  it('compare JSON numbers as people expect', () => {
    const run = (text: string) => {
      const compiled = compileExpression(text);
      return compiled.ok ? compiled.value.run({ output: { status: 200, ratio: 1.5 } }) : compiled;
    };
    expect(run('output.status == 200 && output.ratio > 1.0 && output.status + 1 == 201')).toEqual({
      ok: true,
      value: true,
    });
  });
});
