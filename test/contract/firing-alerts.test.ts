// The alerts that fire, as every process hears of them: each change once, whenever the statement that wrote it ends.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert/alert.ts';
import { realRuntime } from '../../src/platform/runtime.ts';
import { createFiringAlerts } from '../../src/store/intake/firing-alerts.ts';
import { openStore } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { firingAlert } from '../support/given/firing-alert.ts';

let pool: pg.Pool;
beforeAll(async () => {
  const { url, folder } = await freshDatabase();
  const store = await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' }));
  await store.close();
  pool = new pg.Pool({ connectionString: url });
});
afterAll(() => pool.end());

const some = (): Alert => ({ ...firingAlert({ app: 'cart' }), fingerprint: randomUUID() });
const names = (alerts: readonly Alert[]) => alerts.map(({ fingerprint }) => fingerprint).toSorted();

it('are told to a look once: the next one hears only of what has changed since', async () => {
  const firing = createFiringAlerts(pool);
  const [one, two] = [some(), some()];
  await firing.put([one, two]);
  const first = await firing.changedSince(null);
  expect(names(first.alerts)).toEqual(expect.arrayContaining(names([one, two])));
  await firing.put([{ ...two, status: 'resolved' }]);
  const second = await firing.changedSince(first.look);
  expect(second.alerts).toEqual([{ ...two, status: 'resolved' }]);
  expect((await firing.changedSince(second.look)).alerts).toEqual([]);
});

it('that another process was still writing at one look are told to the next', async () => {
  const firing = createFiringAlerts(pool);
  const before = await firing.changedSince(null);
  const other = await pool.connect();
  const slow = createFiringAlerts(other as unknown as pg.Pool);
  const [late, early] = [some(), some()];
  await other.query('BEGIN');
  await slow.put([late]);
  await firing.put([early]);
  const during = await firing.changedSince(before.look);
  expect(names(during.alerts)).toEqual(names([early]));
  await other.query('COMMIT');
  other.release();
  expect(names((await firing.changedSince(during.look)).alerts)).toEqual(names([late]));
});
