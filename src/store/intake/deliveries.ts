// Webhook deliveries: written down before anything is answered, so that no alert is lost. Concurrent deliveries share one
// commit. Parses and verifies nothing.
import type { Pool } from 'pg';
import type { ClaimedDelivery, DeliveryLedger, NewDelivery } from '../../ports/intake.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { createForgetProofs } from '../access/used-proofs.ts';
import { advisoryLocks } from '../postgres/advisory-locks.ts';
import { createBatcher } from '../postgres/batcher.ts';
import { withTransaction } from '../postgres/pool.ts';
import { findDelivery, listDeliveries, toldSince } from './read-deliveries.ts';
import { contradictionOf, dedupeKey, type Repeated } from './repetition.ts';

const maxBatch = 200;

type NewRow = Repeated & { readonly receipt: string; readonly proof_key: string | null } & Record<string, unknown>;
type Accepted = Awaited<ReturnType<DeliveryLedger['accept']>>;

const rowOf = (delivery: NewDelivery, receipt: string, nowMs: number): NewRow => ({
  receipt,
  source: delivery.source,
  integration: delivery.integration,
  headers: delivery.headers,
  body: delivery.body.toString('base64'),
  dedupe_key: dedupeKey(delivery, nowMs),
  alerts: delivery.alerts,
  status: delivery.alerts.length === 0 ? 'processed' : 'accepted',
  error: null,
  received_at: new Date(nowMs).toISOString(),
  proof_key: delivery.once?.key ?? null,
  proof_until: delivery.once?.until ?? null,
});

const insert = `
WITH row AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(receipt text, source text, integration text, headers jsonb, body text,
    dedupe_key text, alerts jsonb, status text, error text, received_at timestamptz, proof_key text, proof_until timestamptz)
), proof AS (
  INSERT INTO used_proofs (key, receipt, until) SELECT proof_key, receipt, proof_until FROM row WHERE proof_key IS NOT NULL
  ON CONFLICT (key) DO UPDATE SET receipt = excluded.receipt, until = excluded.until
    -- One that was noted for this very delivery is its own: a body whose key was taken comes a second time under another key.
    WHERE used_proofs.until < (SELECT min(received_at) FROM row) OR used_proofs.receipt = excluded.receipt
  RETURNING receipt
), written AS (
  INSERT INTO deliveries (receipt, source, integration, headers, body, dedupe_key, alerts, status, error, received_at)
  SELECT receipt, source, integration, headers, decode(body, 'base64'), dedupe_key, alerts, status, error, received_at FROM row
  WHERE proof_key IS NULL OR receipt IN (SELECT receipt FROM proof)
  ON CONFLICT (dedupe_key) DO NOTHING
  RETURNING receipt
)
SELECT row.receipt, written.receipt IS NOT NULL AS written, coalesce(earlier.receipt, used.receipt) AS earlier
FROM row LEFT JOIN written USING (receipt) LEFT JOIN deliveries earlier ON earlier.dedupe_key = row.dedupe_key
  LEFT JOIN used_proofs used ON used.key = row.proof_key`;

async function write(pool: Pool, batch: readonly NewRow[]): Promise<readonly Accepted[]> {
  const { rows } = await pool.query<{ receipt: string; written: boolean; earlier: string | null }>({
    name: 'accept-deliveries',
    text: insert,
    values: [JSON.stringify(batch)],
  });
  const answers = new Map(rows.map((row) => [row.receipt, row]));
  const answerTo = async (row: NewRow): Promise<Accepted> => {
    const { written, earlier = null } = answers.get(row.receipt) ?? {};
    if (written) return { receipt: row.receipt, status: 'accepted' };
    if (earlier !== null) return takeRepeated(pool, row, earlier);
    // It met one that was written at the same moment, which this statement could not see yet.
    return (await write(pool, [row]))[0] ?? { receipt: row.receipt, status: 'duplicate' };
  };
  return Promise.all(batch.map(answerTo));
}

/** A delivery whose key is taken: one that contradicts what is known by now is taken under a key of its own. */
async function takeRepeated(pool: Pool, row: NewRow, earlier: string): Promise<Accepted> {
  const duplicate = { receipt: earlier, status: 'duplicate' } as const;
  // Its key says already what it contradicts.
  if (row.contradicts) return duplicate;
  const contradiction = await contradictionOf(pool, row);
  if (contradiction === null) return duplicate;
  const own = { ...row, dedupe_key: `${row.dedupe_key}/${contradiction}`, contradicts: true };
  return (await write(pool, [own]))[0] ?? duplicate;
}

const claim = `
WITH busy AS (
  SELECT DISTINCT integration FROM deliveries WHERE status = 'accepted' AND claimed_until > clock_timestamp()
), next AS (
  SELECT receipt FROM deliveries WHERE status = 'accepted' AND integration NOT IN (SELECT integration FROM busy)
    AND (not_before IS NULL OR not_before <= clock_timestamp())
  ORDER BY receipt LIMIT $1
)
UPDATE deliveries d SET claimed_until = clock_timestamp() + $2 * interval '1 millisecond'
FROM next WHERE d.receipt = next.receipt
RETURNING d.receipt, d.alerts, d.source, d.integration, d.tries, d.received_at AS "receivedAt"`;

/** The deliveries in PostgreSQL. */
export function createDeliveries(pool: Pool, runtime: Runtime): DeliveryLedger {
  const forget = createForgetProofs(pool);
  const batcher = createBatcher<NewRow, Accepted>({
    async run(batch) {
      if (batch.some((row) => row.proof_key !== null)) await forget();
      return write(pool, batch);
    },
    concurrency: 2,
    maxBatch,
    keyOf: (row) => row.proof_key ?? row.dedupe_key,
  });

  return {
    accept: (delivery) => batcher.add(rowOf(delivery, runtime.newId('dlv'), runtime.nowMs())),

    async keepDead({ source, integration, headers, body, error, fault }) {
      const receipt = runtime.newId('dlv');
      const received = new Date(runtime.nowMs()).toISOString();
      await pool.query(
        `INSERT INTO deliveries (receipt, source, integration, headers, body, alerts, status, error, fault, received_at)
         VALUES ($1, $2, $3, $4, $5, '[]', 'dead', $6, $7, $8)`,
        [receipt, source, integration, JSON.stringify(headers), body, error, fault, received],
      );
      return { receipt };
    },

    claim: (limit, forMs) =>
      withTransaction(pool, async (client) => {
        await client.query('SELECT pg_advisory_xact_lock($1)', [advisoryLocks.claimDeliveries]);
        const { rows } = await client.query<ClaimedDelivery>({
          name: 'claim-deliveries',
          text: claim,
          values: [limit, forMs],
        });
        return rows.sort((a, b) => (a.receipt < b.receipt ? -1 : 1));
      }),

    async isOpen(receipt) {
      const { rows } = await pool.query(`SELECT 1 FROM deliveries WHERE receipt = $1 AND status = 'accepted'`, [
        receipt,
      ]);
      return rows.length > 0;
    },

    async settle(receipt) {
      await pool.query(
        `UPDATE deliveries SET status = 'processed', settled_at = now() WHERE receipt = $1 AND status = 'accepted'`,
        [receipt],
      );
    },

    async waiting() {
      const { rows } = await pool.query(
        `SELECT 1 FROM deliveries WHERE status = 'accepted' AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
           AND (not_before IS NULL OR not_before <= clock_timestamp()) LIMIT 1`,
      );
      return rows.length > 0;
    },

    failed: (receipt, failure) => noteFailure(pool, receipt, failure),
    requeue: (receipt, alerts) => requeue(pool, receipt, alerts),
    find: (receipt) => findDelivery(pool, receipt),
    toldSince: (receipt) => toldSince(pool, receipt),

    async releaseClaims() {
      await pool.query(
        `UPDATE deliveries SET claimed_until = NULL WHERE status = 'accepted' AND claimed_until IS NOT NULL`,
      );
    },

    list: (filter) => listDeliveries(pool, filter),
  };
}

/** Notes a failed try; see `DeliveryLedger.failed`. */
async function noteFailure(
  pool: Pool,
  receipt: string,
  { error, retryInMs }: Parameters<DeliveryLedger['failed']>[1],
): Promise<void> {
  await pool.query(
    `UPDATE deliveries SET tries = tries + 1, error = $2, fault = 'ours', claimed_until = NULL,
       not_before = clock_timestamp() + $3::float8 * interval '1 millisecond',
       status = CASE WHEN $3::float8 IS NULL THEN 'dead' ELSE status END
     WHERE receipt = $1 AND status = 'accepted'`,
    [receipt, error, retryInMs],
  );
}

/** Opens a dead delivery again. It counts as tried, so that a later word about its alerts is looked for. */
async function requeue(pool: Pool, receipt: string, alerts: NewDelivery['alerts']): Promise<boolean> {
  const { rowCount } = await pool.query(
    `UPDATE deliveries SET status = $2, alerts = $3, tries = greatest(tries, 1::smallint), claimed_until = NULL, not_before = NULL
     WHERE receipt = $1 AND status = 'dead'`,
    [receipt, alerts.length === 0 ? 'processed' : 'accepted', JSON.stringify(alerts)],
  );
  return rowCount === 1;
}
