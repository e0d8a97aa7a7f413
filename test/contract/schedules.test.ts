// Three processes that die at random places over a real PostgreSQL, while the clock jumps: each slot once or recorded as missed.
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { realRuntime } from '../../src/platform/runtime.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { ScheduleChaos } from '../support/engine/schedule-chaos.ts';

let store: Store;
beforeAll(async () => {
  const { url, folder } = await freshDatabase();
  store = await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' }));
});
afterAll(() => store.close());

it('Every slot in PostgreSQL is started once or recorded as missed, whatever dies', async () => {
  const { events, systemStream, correlation, versions, lookups, registry } = store;
  const chaos = new ScheduleChaos(7, { events, systemStream, correlation, versions, lookups, registry }, true);
  await chaos.publish((book) => versions.keep(book, ''));
  await chaos.play(80);
  const { started, missed } = await chaos.verdict();
  expect(chaos.deaths).toBeGreaterThan(3);
  expect(started).toBeGreaterThan(30);
  expect(missed).toBeGreaterThan(3);
  expect(store.faults()).toEqual([]);
  const runs = await store.reads.runs({ limit: 200, cursor: null });
  expect(runs.items).toHaveLength(started);
});
