// Webhook deliveries: written down before anything is answered, so that no alert is lost. Concurrent deliveries share one
// commit. Parses and verifies nothing.
import type { Pool } from 'pg';
import type { ClaimedDelivery, Delivery, DeliveryLedger, NewDelivery } from '../../ports/intake.ts';
import type { Page, PageRequest } from '../../ports/page.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { createForgetProofs } from '../access/used-proofs.ts';
import { advisoryLocks } from '../postgres/advisory-locks.ts';
import { createBatcher } from '../postgres/batcher.ts';
import { withTransaction } from '../postgres/pool.ts';

/** Identical bodies without an id of their own count as one delivery within this window; some senders repeat on purpose later. */
const hashWindowMs = 60_000;
const maxBatch = 200;

type NewRow = {
  readonly receipt: string;
  readonly dedupe_key: string;
  readonly proof_key: string | null;
} & Record<string, unknown>;
type Accepted = Awaited<ReturnType<DeliveryLedger['accept']>>;

function dedupeKey({ source, integration, dedupe }: NewDelivery, nowMs: number): string {
  const scope = `${source}/${integration}`;
  if (dedupe.kind === 'sender') return `${scope}/id/${dedupe.value}`;
  return `${scope}/hash/${Math.floor(nowMs / hashWindowMs)}/${dedupe.value}`;
}

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
    WHERE used_proofs.until < (SELECT min(received_at) FROM row)
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
    if (earlier !== null) return { receipt: earlier, status: 'duplicate' };
    // It met one that was written at the same moment, which this statement could not see yet.
    return (await write(pool, [row]))[0] ?? { receipt: row.receipt, status: 'duplicate' };
  };
  return Promise.all(batch.map(answerTo));
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
FROM next WHERE d.receipt = next.receipt RETURNING d.receipt, d.alerts, d.source, d.integration`;

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

    async keepDead({ source, integration, headers, body, error }) {
      const receipt = runtime.newId('dlv');
      const received = new Date(runtime.nowMs()).toISOString();
      await pool.query(
        `INSERT INTO deliveries (receipt, source, integration, headers, body, alerts, status, error, received_at)
         VALUES ($1, $2, $3, $4, $5, '[]', 'dead', $6, $7)`,
        [receipt, source, integration, JSON.stringify(headers), body, error, received],
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

    async failed(receipt, error, maxTries) {
      await pool.query(
        `UPDATE deliveries SET tries = tries + 1, error = $2, claimed_until = NULL,
           not_before = clock_timestamp() + power(2, tries) * interval '1 second',
           status = CASE WHEN tries + 1 >= $3 THEN 'dead' ELSE status END
         WHERE receipt = $1 AND status = 'accepted'`,
        [receipt, error, maxTries],
      );
    },

    async releaseClaims() {
      await pool.query(
        `UPDATE deliveries SET claimed_until = NULL WHERE status = 'accepted' AND claimed_until IS NOT NULL`,
      );
    },

    list: (filter) => listDeliveries(pool, filter),
  };
}

type Row = {
  receipt: string;
  source: string;
  integration: string;
  headers: { [name: string]: string };
  dedupe_key: string | null;
  status: Delivery['status'];
  error: string | null;
  received_at: string;
};

async function listDeliveries(
  pool: Pool,
  { limit, cursor, status, source }: PageRequest & { status?: string | undefined; source?: string | undefined },
): Promise<Page<Omit<Delivery, 'body' | 'alerts'>>> {
  const { rows } = await pool.query<Row>(
    `SELECT receipt, source, integration, headers, dedupe_key, status, error, received_at FROM deliveries
     WHERE ($1::text IS NULL OR receipt < $1) AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR source = $3)
     ORDER BY receipt DESC LIMIT $4`,
    [cursor, status ?? null, source ?? null, limit + 1],
  );
  const items = rows.slice(0, limit).map((row) => ({
    receipt: row.receipt,
    source: row.source,
    integration: row.integration,
    headers: row.headers,
    dedupeKey: row.dedupe_key ?? '',
    receivedAt: row.received_at,
    status: row.status,
    error: row.error,
  }));
  return { items, cursor: rows.length > limit ? (items.at(-1)?.receipt ?? null) : null };
}
