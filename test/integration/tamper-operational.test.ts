// A short slice of the trials on operational columns. All of them: test/full/tamper-operational.test.ts.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { operationalTrials, runOperationalTrials } from '../support/record/operational-trials.ts';
import { WorkUnderWay } from '../support/record/work-under-way.ts';

let work: WorkUnderWay;
beforeAll(async () => {
  work = await WorkUnderWay.open();
});
afterAll(() => work?.close());

/** Those that once led to something wrong, or to nothing for ever. */
const slice = [
  "runs.pools becomes '{elsewhere}'",
  'runs.wake_at becomes NULL',
  "intake_queue.claimed_until becomes 'infinity'",
  "intake_queue.not_before becomes 'infinity'",
  "deliveries.alerts becomes '[]'",
  'deliveries.tries becomes 32767',
  "workers.seen_at becomes 'infinity'",
];

it('makes all work under way end as it should without an edit', async () => {
  expect(await work.trial(async () => undefined)).toEqual([]);
});

it.each(slice)('does nothing wrong where %s', async (name) => {
  const trials = (await operationalTrials(work.client)).filter((trial) => trial.name === name);
  expect(await runOperationalTrials(work, trials)).toEqual({ made: 1, actedOnWrongly: [] });
});
