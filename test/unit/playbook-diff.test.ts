// What differs between two versions of a playbook, with a higher risk and a loosened approval told apart.
import { expect, it } from 'vitest';
import { diffPlaybooks, touchedSteps } from '../../src/core/change-control/diff.ts';
import { versionWith } from '../support/given/versions.ts';

const rule = (quorum: number, from = '"@sre"') => `{ from: [${from}], quorum: ${quorum}, excludeRequester: true }`;
const before = versionWith(
  '1.0.0',
  `  - { id: look, uses: wait, with: { for: 1s } }
  - { id: act, uses: wait, with: { for: 1s }, risk: medium, approval: ${rule(2)}, compensate: { uses: wait, with: { for: 1s } } }
  - { id: tell, uses: wait, with: { for: 1s } }
`,
);

const textsOf = (steps: string, version = '1.1.0') =>
  diffPlaybooks(before, versionWith(version, steps)).map(({ step, text, grave }) => [step, text, grave] as const);

it('a version that only has another number differs in that', () => {
  expect(diffPlaybooks(before, { ...before, version: '1.1.0' })).toEqual([
    { step: null, kind: 'changed', text: 'version: 1.0.0 -> 1.1.0', grave: false },
  ]);
});

it('steps that are added, removed and changed are told one by one; a new dangerous one, and one that asked people and is gone, are grave', () => {
  const changed = textsOf(`  - { id: look, uses: wait, with: { for: 2s } }
  - { id: tell, uses: wait, with: { for: 1s } }
  - { id: boom, uses: wait, with: { for: 1s }, risk: high, approval: ${rule(1)} }
`);
  expect(changed).toContainEqual(['look', 'with: {"for":"1s"} -> {"for":"2s"}', false]);
  expect(changed).toContainEqual(['tell', 'needs: ["act"] -> ["look"]', false]);
  expect(changed).toContainEqual(['boom', 'added: wait, risk high, approval by 1 of @sre', true]);
  expect(changed).toContainEqual(['act', 'removed: wait, risk medium, approval by 2 of @sre', true]);
});

it.each([
  [`risk: high, approval: ${rule(2)}`, /^risk: medium -> high$/, true],
  [`risk: low, approval: ${rule(2)}`, /^risk: medium -> low$/, false],
  [`risk: medium, approval: ${rule(1)}`, /loosened: 1 instead of 2 must agree/, true],
  [`risk: medium, approval: ${rule(3)}`, /^approval: /, false],
  [`risk: medium, approval: ${rule(2, '"@sre", "@dev"')}`, /loosened: @dev may decide too/, true],
  [
    'risk: medium, approval: { from: ["@sre"], quorum: 2, excludeRequester: false }',
    /whoever starts it may approve it/,
    true,
  ],
  ['risk: medium', /loosened: nobody is asked/, true],
] as const)('a step with `%s` is told as it is', (members, text, grave) => {
  const steps = `  - { id: look, uses: wait, with: { for: 1s } }
  - { id: act, uses: wait, with: { for: 1s }, ${members}, compensate: { uses: wait, with: { for: 1s } } }
  - { id: tell, uses: wait, with: { for: 1s } }
`;
  const own = textsOf(steps).filter(([step]) => step === 'act');
  expect(own).toEqual([['act', expect.stringMatching(text), grave]]);
});

it('an undo that is gone is grave', () => {
  const steps = `  - { id: look, uses: wait, with: { for: 1s } }
  - { id: act, uses: wait, with: { for: 1s }, risk: medium, approval: ${rule(2)} }
  - { id: tell, uses: wait, with: { for: 1s } }
`;
  expect(textsOf(steps)).toContainEqual(['act', expect.stringMatching(/^undo removed/), true]);
});

it('a changed step touches those that wait for it, and no others', () => {
  const parallel = (wait: string) =>
    versionWith(
      '1.0.0',
      `  - { id: a, uses: wait, with: { for: ${wait} } }
  - { id: b, needs: [a], uses: wait, with: { for: 1s } }
  - { id: c, needs: [], uses: wait, with: { for: 1s } }
`,
    );
  expect([...touchedSteps(parallel('1s'), parallel('2s'))]).toEqual(['a', 'b']);
});
