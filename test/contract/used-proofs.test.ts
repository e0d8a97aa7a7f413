// The memory of what may be used once, in PostgreSQL: one of many at the same time is told yes, in every process.
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realRuntime } from '../../src/platform/runtime.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';

describe('the memory of what may be used once', () => {
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

  it('says yes to one of many that use the same at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => open[n % 2]?.usedProofs.use(['b', 'a'], 60_000)),
    );
    expect(answers.filter((fresh) => fresh)).toHaveLength(1);
  });

  it('says no where any of several was used before, and yes again once its time is over', async () => {
    const [store] = open;
    expect(await store?.usedProofs.use(['c'], 60_000)).toBe(true);
    expect(await store?.usedProofs.use(['c', 'd'], 60_000)).toBe(false);
    await client.query(`UPDATE used_proofs SET until = clock_timestamp() - interval '1 second'`);
    expect(await store?.usedProofs.use(['c'], 60_000)).toBe(true);
  });
});
