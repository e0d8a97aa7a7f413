// `register --check`: what a production playbook may not lack, each with its place; and that a playbook which lacks nothing passes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readinessOf } from '../../src/cli/playbook/check-readiness.ts';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import { playbook } from '../support/given/given.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-readiness-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;

/** The gaps of a playbook, as `line message`. */
function gapsOf(text: string, test?: string): readonly string[] {
  made += 1;
  const place = join(folder, String(made));
  mkdirSync(place);
  writeFileSync(join(place, 'drop.yaml'), text);
  if (test !== undefined) writeFileSync(join(place, 'drop.test.yaml'), test);
  return readinessOf(place).gaps.map(({ line, message }) => `${line} ${message}`);
}

const failing =
  'cases:\n  - { name: fails, results: { act: { fails: timeout } }, expect: { outcome: failed, events: [step.failed act] } }\n';
const whole = `apiVersion: firebreak/v1
name: drop
version: 1.0.0
owner: { product: checkout, technical: team-checkout, escalation: "@sre" }
sla: { completeWithin: 15m }
runbook: https://wiki.example.com/drop
dependencies: [payments database]
dataCategories: [card numbers]
timeout: 20m
steps:
  - id: act
    uses: shell.run
    with: { command: [/bin/act] }
    risk: medium
    timeout: 30s
    retry: { maxAttempts: 3, budget: 5m }
    irreversible: "the cache fills itself again"
  - { id: pause, uses: wait, with: { for: 1s } }
`;

it('a playbook that has everything lacks nothing', () => {
  expect(gapsOf(whole, failing)).toEqual([]);
});

it.each([
  ['sla: { completeWithin: 15m }\n', 'has no SLA'],
  ['runbook: https://wiki.example.com/drop\n', 'has no runbook'],
  ['timeout: 20m\n', 'has no time-out of its own'],
  ['    timeout: 30s\n', 'step act has no time-out of its own'],
  ['    retry: { maxAttempts: 3, budget: 5m }\n', 'step act has no retry policy of its own'],
  ['    irreversible: "the cache fills itself again"\n', 'step act cannot be undone and does not say why'],
])('without `%s` it lacks something, and the place is named', (line, gap) => {
  const [only, ...others] = gapsOf(whole.replace(line, ''), failing);
  expect(others).toEqual([]);
  expect(only).toMatch(/^\d+ /);
  expect(only).toContain(gap);
});

it('a test that plays nothing bad is no test of a failure, and an owner that is blank is none', () => {
  const fine = 'cases:\n  - { name: goes well, expect: { outcome: succeeded, events: [step.succeeded act] } }\n';
  expect(gapsOf(whole, fine)).toEqual([expect.stringContaining('has no test of a failure')]);
  expect(gapsOf(whole)).toEqual([
    expect.stringContaining('has no test of a failure'),
    expect.stringContaining('has no test of its events'),
  ]);
  const blank = whole.replace('technical: team-checkout', 'technical: " "');
  expect(gapsOf(blank, failing)).toEqual(['4 has no technical owner: name who answers for it']);
});

it('a test that expects no event shows nothing of what a run leaves', () => {
  const silent = failing.replace(', events: [step.failed act]', '');
  expect(gapsOf(whole, silent)).toEqual([expect.stringContaining('has no test of its events')]);
  expect(gapsOf(whole, failing.replace('[step.failed act]', '[]'))).toHaveLength(1);
});

it('the example playbooks lack nothing', () => {
  expect(readinessOf('deploy/examples/playbooks').gaps).toEqual([]);
});

it('a step that is undone needs no reason, and a playbook that cannot be used is said with its faults', () => {
  const undone = whole.replace(
    'irreversible: "the cache fills itself again"',
    'compensate: { uses: shell.run, with: { command: [/bin/undo] } }',
  );
  expect(gapsOf(undone, failing)).toEqual([]);
  expect(gapsOf(whole.replace('uses: shell.run', 'uses: shell.rum'), failing)).toEqual([
    expect.stringContaining('there is no action `shell.rum`'),
  ]);
});

it('what people read of a playbook, and an approval without a passkey, leave its digest as it was', () => {
  const step = (rule: string) =>
    playbook(`  - { id: a, uses: shell.run, with: { command: [x] }, risk: high, approval: { from: ["@sre"]${rule} } }`);
  expect(playbookRef(step(', stepUp: false'))).toEqual(playbookRef(step('')));
  expect(playbookRef(step(', stepUp: true'))).not.toEqual(playbookRef(step('')));
  expect(Object.keys(step(''))).not.toContain('dependencies');
});
