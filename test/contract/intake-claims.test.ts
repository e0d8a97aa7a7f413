// Who deals with deliveries, among processes on one PostgreSQL: of one integration never two at the same time, however they came by it.
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { realRuntime } from '../../src/platform/runtime.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { anAlert } from '../support/given/incident.ts';

const open: Store[] = [];
let client: pg.Client;
let url: string;
beforeAll(async () => {
  const database = await freshDatabase();
  url = database.url;
  for (const _ of ['one process', 'another'])
    open.push(await openStore({ databaseUrl: url, dataDir: database.folder }, realRuntime, pino({ level: 'silent' })));
  client = new pg.Client({ connectionString: url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  for (const store of open) await store.close();
});

const delivery = (integration: string, id: string, body = '{}') => ({
  source: 'alertmanager',
  integration,
  headers: {},
  body: Buffer.from(body),
  alerts: [anAlert(id)],
  dedupe: { kind: 'sender' as const, value: id },
});
const accept = (process: number, integration: string, id: string) =>
  open[process]?.deliveries.accept(delivery(integration, id), 30_000);

it('lets one of two processes claim what they accept of one integration at the same moment', async () => {
  for (let round = 0; round < 30; round++) {
    const answers = await Promise.all([0, 1].map((process) => accept(process, `round-${round}`, `${process}`)));
    expect(answers.filter((answer) => answer && 'claimed' in answer).length).toBeLessThan(2);
    await client.query('DELETE FROM intake_queue');
  }
});

it('claims nothing with its acceptance while another process claims', async () => {
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  await other.query('BEGIN');
  await other.query('SELECT pg_advisory_xact_lock(7103663)');
  expect(await accept(0, 'locked', '1')).not.toHaveProperty('claimed');
  await other.query('ROLLBACK');
  await other.end();
  await client.query('DELETE FROM intake_queue');
  expect(await accept(0, 'locked', '2')).toHaveProperty('claimed');
  await client.query('DELETE FROM intake_queue');
});

it('claims no more bytes at once than a few bodies have', async () => {
  const [store] = open;
  const large = 'x'.repeat(900_000);
  for (const id of ['1', '2', '3', '4', '5']) await store?.deliveries.accept(delivery('large', id, large));
  expect(await store?.deliveries.claim(100, 30_000)).toHaveLength(3);
  await client.query('DELETE FROM intake_queue');
});

it('is not held up by a place in the queue of a delivery that does not exist', async () => {
  const [store] = open;
  await client.query(`INSERT INTO intake_queue (receipt, integration, bytes) VALUES ('dlv_0', 'here', 0)`);
  await store?.deliveries.accept(delivery('here', '1'));
  expect(await store?.deliveries.claim(100, 30_000)).toHaveLength(1);
  await client.query('DELETE FROM intake_queue');
});
