// What is done to stored deliveries by somebody who may do everything in the database: nothing of it is acted on, and people see it.
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { realRuntime } from '../../src/platform/runtime.ts';
import type { NewDelivery } from '../../src/ports/intake.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { anAlert } from '../support/given/incident.ts';
import { fresh } from './stored-run.ts';

let store: Store;
let client: pg.Client;
beforeAll(async () => {
  const { url, folder } = await freshDatabase();
  store = await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' }));
  client = new pg.Client({ connectionString: url });
  await client.connect();
});
beforeEach(async () => {
  await client.query('DELETE FROM intake_queue');
});
afterAll(async () => {
  await client?.end();
  await store?.close();
});

const given = (value = fresh('id'), alerts = [anAlert('f', { title: 'a → "b"\u2028' })]): NewDelivery => ({
  source: 'alertmanager',
  integration: 'am',
  headers: { 'content-type': 'application/json', 1: 'one' },
  body: Buffer.from('{"a":1}'),
  alerts,
  dedupe: { kind: 'sender', value },
});
const edit = (receipt: string, set: string) =>
  client.query(`UPDATE deliveries SET ${set} WHERE receipt = $1`, [receipt]);

describe('a delivery that waits', () => {
  it('is claimed as it was accepted', async () => {
    const { receipt } = await store.deliveries.accept(given());
    const { alerts } = given();
    expect(await store.deliveries.claim(1, 1000)).toMatchObject([{ receipt, alerts, tries: 0 }]);
    expect(await store.deliveries.find(receipt)).toMatchObject({ receipt, alerts, unbelievable: null });
  });

  it.each([
    ['alerts', `alerts = replace(alerts::text, '"f"', '"g"')::json`],
    ['alerts, so that they are none,', `alerts = '{"edited": true}'`],
    ['source', `source = 'another'`],
    ['integration', `integration = 'another'`],
    ['instant', `received_at = received_at + interval '1 day'`],
    ['key', `dedupe_key = 'another'`],
    ['proof', `proof = overlay(proof placing 'xx' from 20)`],
    ['content in its proof', `proof = split_part(proof, '.', 1) || '.' || split_part(proof, '.', 2) || '.x'`],
  ])('whose %s was edited has nothing to say of any alert, and says why', async (_, set) => {
    const { receipt } = await store.deliveries.accept(given());
    await edit(receipt, set);
    const [claimed] = await store.deliveries.claim(1, 1000);
    expect(claimed).toMatchObject({
      receipt,
      alerts: [],
      unbelievable: expect.stringMatching(/edited after it was accepted/),
    });
  });

  it('without a proof, or with that of another one, has nothing to say either', async () => {
    const { receipt } = await store.deliveries.accept(given());
    const other = await store.deliveries.accept(given());
    await edit(receipt, 'proof = NULL');
    await client.query(
      'UPDATE deliveries SET proof = (SELECT proof FROM deliveries WHERE receipt = $2) WHERE receipt = $1',
      [other.receipt, (await store.deliveries.accept(given())).receipt],
    );
    const why = (await store.deliveries.claim(2, 1000)).map(({ alerts, unbelievable }) => [alerts, unbelievable]);
    expect(why).toEqual([
      [[], expect.stringMatching(/has no proof/)],
      [[], expect.stringMatching(/edited/)],
    ]);
  });
});

describe('a dead delivery', () => {
  const dead = () => store.deliveries.keepDead({ ...given(), error: 'unknown', fault: 'sender' });

  it('is replayed as it came in, and vouched for with what its body means now', async () => {
    const { receipt } = await dead();
    expect(await store.deliveries.find(receipt)).toMatchObject({ unbelievable: null });
    const alerts = [anAlert('now')];
    expect(await store.deliveries.requeue(receipt, alerts)).toBe(true);
    const [claimed] = await store.deliveries.claim(1, 1000);
    expect(claimed).toMatchObject({ receipt, alerts, tries: 1 });
    expect(claimed).not.toHaveProperty('unbelievable');
  });

  it.each([
    ['body', `body = '{"a":2}'`],
    ['headers', `headers = '{"content-type":"text/plain"}'`],
    ['proof', 'proof = NULL'],
  ])('whose %s was edited is not replayed', async (_, set) => {
    const { receipt } = await dead();
    await edit(receipt, set);
    expect((await store.deliveries.find(receipt))?.unbelievable).toMatch(/edited|no proof/);
    expect(await store.deliveries.requeue(receipt, [anAlert('now')])).toBe(false);
  });
});

describe('what an edited delivery says', () => {
  it('keeps no alert of an earlier one from being told', async () => {
    const first = await store.deliveries.accept(given());
    const later = await store.deliveries.accept(given(fresh('id'), [anAlert('other')]));
    await store.deliveries.settle(later.receipt);
    expect(await store.deliveries.toldSince(first.receipt)).toEqual([]);
    await edit(later.receipt, `alerts = replace(alerts::text, '"other"', '"f"')::json`);
    expect(await store.deliveries.toldSince(first.receipt)).toEqual([]);
    for (const broken of ['{"edited": true}', '[1, "f"]', 'null']) {
      await edit(later.receipt, `alerts = '${broken}'`);
      expect(await store.deliveries.toldSince(first.receipt)).toEqual([]);
    }
  });

  it('makes nobody take another one for its repetition', async () => {
    const { receipt } = await store.deliveries.accept(given());
    const key = 'alertmanager/am/id/';
    const coming = given();
    const { rows } = await client.query('SELECT dedupe_key FROM deliveries WHERE receipt = $1', [receipt]);
    const forged = rows[0].dedupe_key.replace(/(?<=\/id\/)[^/]+/, coming.dedupe.value);
    expect(forged.startsWith(key)).toBe(true);
    await client.query('UPDATE deliveries SET dedupe_key = $2 WHERE receipt = $1', [receipt, forged]);
    const taken = await store.deliveries.accept(coming);
    expect(taken.status).toBe('accepted');
    expect(await store.deliveries.accept(coming)).toEqual({ receipt: taken.receipt, status: 'duplicate' });
  });
});
