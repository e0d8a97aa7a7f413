// Every tamper trial: each column that is record or derived edited, emptied and swapped, rows deleted and invented, by somebody who
// may do everything in the database.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KeptRecord } from '../support/cluster/kept-record.ts';
import { populated } from '../support/record/populated.ts';
import { runTrials } from '../support/record/run-trials.ts';

let record: KeptRecord;
beforeAll(async () => {
  record = await populated();
});
afterAll(() => record?.close());

it('finds every edit of record and derived columns, and acts on none', { timeout: 600_000 }, async () => {
  const { made, undetected, actedOn } = await runTrials(record);
  process.stdout.write(`tamper trials ${made}: undetected ${undetected.length}, acted on ${actedOn.length}\n`);
  expect({ undetected, actedOn }).toEqual({ undetected: [], actedOn: [] });
  expect(made).toBeGreaterThan(150);
});
