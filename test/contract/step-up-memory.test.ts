// Challenges for passkeys and the counts of these, in PostgreSQL and in memory: each challenge is answered once, in its time by the clock of
// the database; a count never goes back.
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realRuntime } from '../../src/platform/runtime.ts';
import type { StepUpMemory } from '../../src/ports/step-up.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { createMemoryStepUp } from '../support/race/memory-step-up.ts';

const challenge = { who: 'oidc:ana', about: 'apr_1 sha256:1' };

describe('the memory of passkeys', () => {
  const open: Store[] = [];
  let client: pg.Client;
  beforeAll(async () => {
    const { url, folder } = await freshDatabase();
    for (const _ of ['one process', 'another'])
      open.push(await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' })));
    client = new pg.Client({ connectionString: url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    for (const store of open) await store.close();
  });
  const both = (): readonly StepUpMemory[] => [
    ...open.slice(0, 1).map(({ stepUp }) => stepUp),
    createMemoryStepUp(realRuntime.nowMs),
  ];

  it('gives a challenge to one of many that answer it at the same time, in every process', async () => {
    const until = await open[0]?.stepUp.keep('n1', challenge, 60_000);
    expect(new Date(until ?? '').toISOString()).toBe(until);
    const taken = await Promise.all(Array.from({ length: 20 }, (_, n) => open[n % 2]?.stepUp.take('n1')));
    expect(taken.filter((one) => one !== null)).toEqual([challenge]);
    expect(await open[1]?.stepUp.take('never made')).toBeNull();
  });

  it('gives no challenge whose time is over by the clock of the database', async () => {
    const [store] = open;
    await store?.stepUp.keep('n2', challenge, 60_000);
    await client.query(`UPDATE step_up_challenges SET until = clock_timestamp() - interval '1 second'`);
    expect(await store?.stepUp.take('n2')).toBeNull();
    await client.query(`UPDATE step_up_challenges SET until = clock_timestamp() + interval '1 minute'`);
    expect(await store?.stepUp.take('n2')).toBeNull();
  });

  it('takes counts that go up, and of one that never counts', async () => {
    for (const memory of both()) {
      const counts = [];
      for (const count of [3, 4, 4, 2, 0, 9]) counts.push(await memory.count('c', count));
      expect(counts).toEqual([true, true, false, false, false, true]);
      for (const _ of [1, 2]) expect(await memory.count('never', 0)).toBe(true);
    }
  });
});
