// What a version in shadow would do about an alert, held against the live one.
import { expect, it } from 'vitest';
import { shadowDecision } from '../../src/core/change-control/shadow.ts';
import { systemActor } from '../../src/core/events.ts';
import { openIncident } from '../../src/core/incident/evolve.ts';
import type { Playbook } from '../../src/core/playbook/playbook.ts';
import { describe as inWords } from '../../src/core/timeline/describe.ts';
import { actions, start } from '../support/given/given.ts';
import { anAlert } from '../support/given/incident.ts';
import { versionWith } from '../support/given/versions.ts';

const opened = { number: 1, title: 't', severity: 2, groupKey: null };
const incident = openIncident('inc_1', { type: 'incident.opened', at: start, actor: systemActor, data: opened });
const triggered = (when: string | null, version: string, steps?: string): Playbook => ({
  ...versionWith(version, steps),
  triggers: [{ source: '*', when }],
});
const given = {
  alert: anAlert('cpu'),
  receipt: 'dlv_1',
  incident,
  actor: systemActor,
  at: start,
  env: {},
  isNamed: false,
  triggersCount: true,
};
const known = { traits: actions, library: () => undefined };
const decided = (live: Playbook, shadow: Playbook, more: Partial<typeof given> = {}) =>
  shadowDecision({ live, shadow }, { ...given, ...more }, known);

const steps = (wait: string, more = '') =>
  `  - { id: a, uses: wait, with: { for: ${wait} } }\n  - { id: b, uses: wait, with: { for: 1s }, approval: { from: ["@sre"]${more} } }\n`;
const live = triggered(null, '1.0.0', steps('1s'));

it('it decides as the live version does where it would do the same, and the timeline says so', () => {
  const event = decided(live, triggered(null, '1.1.0', steps('1s')));
  expect(event?.data).toMatchObject({ starts: true, liveStarts: true, differences: [], fingerprint: 'cpu' });
  expect(event?.data.steps.map(({ step, would }) => [step, would])).toEqual([
    ['a', 'run'],
    ['b', 'run'],
  ]);
  if (!event) throw new Error('it did not decide');
  expect(inWords({ ...event, actor: systemActor }).text).toBe('In shadow it 1.1.0 decided as 1.0.0 does');
});

it('it differs by what a step would do, whom it would ask, and which steps there are', () => {
  const other = triggered(null, '1.1.0', `${steps('2s', ', quorum: 2')}  - { id: c, uses: wait, with: { for: 1s } }\n`);
  const event = decided(live, other);
  expect(event?.data.differences).toEqual([
    'step a: would do something else',
    'step b: 2 of @sre would be asked, and 1 of @sre is',
    'step c: would run, and the live version has none',
  ]);
  if (!event) throw new Error('it did not decide');
  expect(inWords({ ...event, actor: systemActor }).text).toMatch(/otherwise than 1\.0\.0: step a: .* and 2 more$/);
});

it('it differs by whether it would start at all', () => {
  const never = triggered('alert.severity == "info"', '1.1.0', steps('1s'));
  expect(decided(live, never)?.data.differences).toEqual(['it would not start, and the live version does']);
  expect(decided(never, live)?.data.differences).toEqual(['it would start, and the live version does not']);
  expect(decided(never, never)).toBeNull();
});

it('a route that names the playbook counts for both, and one that names others for neither', () => {
  const never = triggered('alert.severity == "info"', '1.1.0', steps('1s'));
  expect(decided(live, never, { isNamed: true })?.data.differences).toEqual([]);
  expect(decided(live, live, { triggersCount: false })).toBeNull();
});
