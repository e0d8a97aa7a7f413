// Webhook deliveries: written down before anything is answered, so that no alert is lost. Concurrent deliveries share one
// commit. Parses and verifies nothing.
import type { Pool } from 'pg';
import type { Alert } from '../core/alert.ts';
import type { Delivery, DeliveryLedger, Host, NewDelivery, Page, PageRequest } from '../ports.ts';

/** Identical bodies without an id of their own count as one delivery within this window; some senders repeat on purpose later. */
const hashWindowMs = 60_000;
const maxBatch = 200;

type Waiting = {
  readonly row: Record<string, unknown>;
  readonly resolve: (result: { receipt: string; status: 'accepted' | 'duplicate' }) => void;
  readonly reject: (error: unknown) => void;
};

function dedupeKey({ source, integration, dedupe }: NewDelivery, nowMs: number): string {
  const scope = `${source}/${integration}`;
  if (dedupe.kind === 'sender') return `${scope}/id/${dedupe.value}`;
  return `${scope}/hash/${Math.floor(nowMs / hashWindowMs)}/${dedupe.value}`;
}

const insert = `
WITH row AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(receipt text, source text, integration text, headers jsonb, body text,
    dedupe_key text, alerts jsonb, status text, error text, received_at timestamptz)
), written AS (
  INSERT INTO deliveries (receipt, source, integration, headers, body, dedupe_key, alerts, status, error, received_at)
  SELECT receipt, source, integration, headers, decode(body, 'base64'), dedupe_key, alerts, status, error, received_at FROM row
  ON CONFLICT (dedupe_key) DO NOTHING
  RETURNING receipt
)
SELECT row.receipt, written.receipt IS NOT NULL AS written, earlier.receipt AS earlier
FROM row LEFT JOIN written USING (receipt) LEFT JOIN deliveries earlier ON earlier.dedupe_key = row.dedupe_key`;

/** The deliveries in PostgreSQL. */
export function createDeliveries(pool: Pool, host: Host): DeliveryLedger {
  let queue: Waiting[] = [];
  let writers = 0;

  // While one batch is being committed the next one gathers: the busier it is, the more deliveries share a commit.
  async function write(): Promise<void> {
    writers += 1;
    while (queue.length > 0) {
      const batch = queue.slice(0, maxBatch);
      queue = queue.slice(maxBatch);
      try {
        const { rows } = await pool.query<{ receipt: string; written: boolean; earlier: string | null }>({
          name: 'accept-deliveries',
          text: insert,
          values: [JSON.stringify(batch.map(({ row }) => row))],
        });
        const answers = new Map(rows.map((row) => [row.receipt, row]));
        for (const { row, resolve, reject } of batch) {
          const answer = answers.get(String(row.receipt));
          if (!answer) reject(new Error('the database did not answer for a delivery'));
          else if (answer.written) resolve({ receipt: answer.receipt, status: 'accepted' });
          // Its twin is in the same batch when the statement cannot see it yet: then the first receipt of the batch counts.
          else resolve({ receipt: answer.earlier ?? twin(batch, row), status: 'duplicate' });
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writers -= 1;
  }

  function enqueue(row: Record<string, unknown>): Promise<{ receipt: string; status: 'accepted' | 'duplicate' }> {
    return new Promise((resolve, reject) => {
      queue.push({ row, resolve, reject });
      if (writers < 2) void write();
    });
  }

  return {
    accept: (delivery) =>
      enqueue({
        receipt: host.newId('dlv'),
        source: delivery.source,
        integration: delivery.integration,
        headers: delivery.headers,
        body: delivery.body.toString('base64'),
        dedupe_key: dedupeKey(delivery, host.nowMs()),
        alerts: delivery.alerts,
        status: delivery.alerts.length === 0 ? 'processed' : 'accepted',
        error: null,
        received_at: new Date(host.nowMs()).toISOString(),
      }),

    async keepDead({ source, integration, headers, body, error }) {
      const receipt = host.newId('dlv');
      const received = new Date(host.nowMs()).toISOString();
      await pool.query(
        `INSERT INTO deliveries (receipt, source, integration, headers, body, alerts, status, error, received_at)
         VALUES ($1, $2, $3, $4, $5, '[]', 'dead', $6, $7)`,
        [receipt, source, integration, JSON.stringify(headers), body, error, received],
      );
      return { receipt };
    },

    async open(receipt) {
      const { rows } = await pool.query<{ alerts: Alert[]; integration: string; source: string }>({
        name: 'open-delivery',
        text: `SELECT alerts, source, integration FROM deliveries WHERE receipt = $1 AND status = 'accepted'`,
        values: [receipt],
      });
      return rows[0] ?? null;
    },

    async settle(receipt) {
      await pool.query(
        `UPDATE deliveries SET status = 'processed', settled_at = now() WHERE receipt = $1 AND status = 'accepted'`,
        [receipt],
      );
    },

    async waiting(acceptedBefore, limit) {
      const { rows } = await pool.query<{ receipt: string }>(
        `SELECT receipt FROM deliveries WHERE status = 'accepted' AND received_at <= $1 ORDER BY received_at LIMIT $2`,
        [acceptedBefore, limit],
      );
      return rows.map(({ receipt }) => receipt);
    },

    async failed(receipt, error, maxTries) {
      await pool.query(
        `UPDATE deliveries SET tries = tries + 1, error = $2,
           status = CASE WHEN tries + 1 >= $3 THEN 'dead' ELSE status END
         WHERE receipt = $1 AND status = 'accepted'`,
        [receipt, error, maxTries],
      );
    },

    list: (filter) => listDeliveries(pool, filter),
  };
}

function twin(batch: readonly Waiting[], row: Record<string, unknown>): string {
  return String(batch.find((other) => other.row.dedupe_key === row.dedupe_key)?.row.receipt);
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
