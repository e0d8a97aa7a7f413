// Whether a run that an alert starts may start by itself: how many about the same there were of late.

import { expect, it } from 'vitest';
import { ungoverned } from '../../src/engine/policy/governing.ts';
import { prepareRun } from '../../src/engine/runs/prepare-run.ts';
import { ana, playbook, start } from '../support/given/given.ts';
import { anAlert } from '../support/given/incident.ts';

const steps = '  - { id: a, uses: shell.run, with: { command: [/bin/true] } }';
const minutesAgo = (minutes: number) => new Date(Date.parse(start) - minutes * 60_000).toISOString();

/** What becomes of a run by alert after runs that began so many minutes ago. */
async function after(minutes: readonly number[], cooldown: string, alert = true) {
  const book = playbook(steps, `cooldown: { key: all, window: 30m${cooldown} }\n`);
  const runs = minutes.map((ago) => ({ runId: `run_${ago}`, startedAt: minutesAgo(ago) }));
  const lookups = {
    lastRunOf: async (_key: string, since: string, nth = 1) =>
      runs.filter(({ startedAt }) => startedAt > since).sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))[nth - 1] ??
      null,
  };
  const incident = { id: 'inc_1', number: 1, title: 't', severity: 3 };
  const about = { runId: 'run_1', actor: ana, trigger: { type: 'manual' as const }, incident };
  const given = { ...about, alert: alert ? anAlert('f') : null, inputs: {}, at: start };
  const prepared = await prepareRun(
    { lookups, admission: { storm: async () => null, supervised: () => null }, governing: ungoverned, asking: {} },
    book,
    given,
  );
  return prepared.ok ? (prepared.value.gate?.reason ?? 'starts') : `none: ${prepared.error}`;
}

it('one run about the same within the window holds the next one back', async () => {
  expect(await after([], '')).toBe('starts');
  expect(await after([31], '')).toBe('starts');
  expect(await after([29], '')).toBe('run run_29 was about the same (test: all) and started only 29m ago');
  expect(await after([29], ', then: skip')).toMatch(/^none: run run_29/);
});

it('as many as `atMost` start within the window, and no more', async () => {
  expect(await after([5, 20], ', atMost: 3')).toBe('starts');
  expect(await after([5, 20, 40], ', atMost: 3')).toBe('starts');
  expect(await after([5, 20, 29], ', atMost: 3')).toBe(
    '3 runs were about the same (test: all) within 29m, and no more may be; the first is run_29',
  );
});

it('what somebody starts by hand is not held back', async () => {
  expect(await after([1], '', false)).toBe('starts');
});
