// Every trial on operational columns: each edited, with work under way, to what might stand there and to what never would; the engine goes on.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { operationalTrials, runOperationalTrials } from '../support/record/operational-trials.ts';
import { WorkUnderWay } from '../support/record/work-under-way.ts';

let work: WorkUnderWay;
beforeAll(async () => {
  work = await WorkUnderWay.open();
});
afterAll(() => work?.close());

it('does nothing wrong, whatever operational columns are made to say', { timeout: 1_800_000 }, async () => {
  const trials = await operationalTrials(work.client);
  const actedOnWrongly: string[] = [];
  let made = 0;
  for (const trial of trials) {
    const ended = await runOperationalTrials(work, [trial]);
    made += ended.made;
    for (const wrong of ended.actedOnWrongly) process.stdout.write(`${wrong}\n`);
    actedOnWrongly.push(...ended.actedOnWrongly);
  }
  process.stdout.write(`operational trials ${made}: acted on wrongly ${actedOnWrongly.length}\n`);
  expect(actedOnWrongly).toEqual([]);
  expect(made).toBeGreaterThan(120);
});
