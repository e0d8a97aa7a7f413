// What is removed by age, on a real PostgreSQL: only what is old, in small batches, and never a delivery of an open incident.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeOld } from '../../src/engine/remove-old.ts';
import { realRuntime } from '../../src/platform/runtime.ts';
import type { RetentionAges } from '../../src/ports/retention.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';

const log = pino({ level: 'silent' });
const hourMs = 3_600_000;
const ages: RetentionAges = {
  ...{ deliveries: hourMs, emptyDeliveries: hourMs, deadDeliveries: null, idempotencyKeys: hourMs, usedProofs: 0 },
  ...{ sessions: hourMs, workers: hourMs, breakers: hourMs },
};

let database: Awaited<ReturnType<typeof freshDatabase>>;
let store: Store;
let client: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  store = await openStore({ databaseUrl: database.url, dataDir: database.folder }, realRuntime, log);
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await store?.close();
});
beforeEach(async () => {
  await client.query(
    'TRUNCATE deliveries, late_deliveries, intake_queue, idempotency_keys, used_proofs, workers, breakers',
  );
});

const deliver = (status: string, ageHours: number, fingerprint: string | null = 'fp', count = 1) =>
  client.query(
    `WITH row AS (
       INSERT INTO deliveries (receipt, source, integration, headers, body, alerts, dead, received_at)
       SELECT $1 || n, 's', 'i', '{}', '', $2, $3 = 'dead', now() - $4 * interval '1 hour' FROM generate_series(1, $5) n
       RETURNING receipt)
     INSERT INTO intake_queue (receipt, integration, bytes) SELECT receipt, 'i', 0 FROM row WHERE $3 = 'accepted'`,
    [randomUUID(), JSON.stringify(fingerprint === null ? [] : [{ fingerprint }]), status, ageHours, count],
  );
const left = async (table = 'deliveries') =>
  (await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)).rows[0]?.n;

async function turn(changed: Partial<RetentionAges> = {}): Promise<{ [kind: string]: number }> {
  const removed: { [kind: string]: number } = {};
  const count = (kind: string, times: number) => {
    removed[kind] = times;
  };
  await removeOld({ store: store.retention, ages: { ...ages, ...changed }, count }, log);
  return removed;
}

describe('a turn of removing', () => {
  it('removes deliveries that were dealt with once they are old, and counts them', async () => {
    await deliver('processed', 2);
    await deliver('processed', 0);
    await deliver('processed', 2, null);
    await deliver('accepted', 2);
    await deliver('dead', 2);
    expect(await turn()).toEqual({ deliveries: 1, emptyDeliveries: 1 });
    expect(await left()).toBe(3);
    expect(await turn({ deadDeliveries: hourMs })).toEqual({ deadDeliveries: 1 });
  });

  it('keeps what was delivered about an alert of an open incident until that has ended', async () => {
    await client.query(
      `INSERT INTO incidents (id, number, severity, status, version, head_hash, state, opened_at, updated_at)
       VALUES ('inc_open', 1, 1, 'open', 1, 'x', '{}', now(), now())`,
    );
    await client.query(
      `INSERT INTO alerts (fingerprint, incident_id, active, updated_at) VALUES ('burning', 'inc_open', true, now())`,
    );
    await deliver('processed', 2, 'burning');
    expect(await turn()).toEqual({});
    await client.query(`UPDATE incidents SET status = 'resolved', resolved_at = now()`);
    expect(await turn()).toEqual({ deliveries: 1 });
  });

  it('goes on batch by batch, and passes over rows that somebody else holds', async () => {
    await deliver('processed', 2, 'fp', 1200);
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM deliveries ORDER BY receipt LIMIT 1 FOR UPDATE');
    expect(await turn()).toEqual({ deliveries: 1199 });
    await client.query('COMMIT');
    expect(await turn()).toEqual({ deliveries: 1 });
  });

  it('forgets keys, proofs, workers and breakers whose time is over, and no other', async () => {
    await client.query(
      `INSERT INTO idempotency_keys (key, body_digest, created_at) VALUES ('old', 'x', now() - interval '2 hours'), ('new', 'x', now());
       INSERT INTO used_proofs (key, until) VALUES ('old', now() - interval '1 second'), ('new', now() + interval '1 minute');
       INSERT INTO workers (id, pool, started_at, seen_at) VALUES ('old', 'p', now(), now() - interval '2 hours'), ('new', 'p', now(), now());
       INSERT INTO breakers (target, failures, updated_at) VALUES ('old', 1, now() - interval '2 hours'), ('new', 1, now());
       INSERT INTO breakers (target, failures, open_until, updated_at)
         VALUES ('open', 9, now() + interval '1 minute', now() - interval '2 hours')`,
    );
    expect(await turn()).toEqual({ idempotencyKeys: 1, usedProofs: 1, workers: 1, breakers: 1 });
    expect([await left('idempotency_keys'), await left('used_proofs'), await left('workers')]).toEqual([1, 1, 1]);
    expect(await left('breakers')).toBe(2);
  });
});
