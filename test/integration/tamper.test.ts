// A short slice of the tamper trials, and the list that they are generated from. All of them: test/full/tamper.test.ts.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeptRecord } from '../support/cluster/kept-record.ts';
import { populated } from '../support/record/populated.ts';
import { runTrials } from '../support/record/run-trials.ts';
import { undeclared } from '../support/record/tamper-trials.ts';

let record: KeptRecord;
beforeAll(async () => {
  record = await populated();
});
afterAll(() => record?.close());

describe('the database', () => {
  it('has no column that is not declared record, derived or operational', async () => {
    const client = new pg.Client({ connectionString: (await record.copy()).url });
    await client.connect();
    try {
      expect(await undeclared(client)).toEqual([]);
    } finally {
      await client.end();
    }
  });

  it('edited by somebody who may do everything there: nothing is undetected and nothing is acted on (every seventh trial)', async () => {
    const { made, undetected, actedOn } = await runTrials(record, (trials) => trials.filter((_, n) => n % 7 === 0));
    expect({ undetected, actedOn }).toEqual({ undetected: [], actedOn: [] });
    expect(made).toBeGreaterThan(20);
  });
});
