// Questions about deliveries that people and replays ask. Changes nothing.
import type { Pool } from 'pg';
import type { Delivery, DeliveryFault, ListDeliveries } from '../../ports/intake.ts';

type Row = {
  readonly receipt: string;
  readonly source: string;
  readonly integration: string;
  readonly headers: { readonly [name: string]: string };
  readonly dedupe_key: string | null;
  readonly status: Delivery['status'];
  readonly error: string | null;
  readonly fault: Delivery['fault'];
  readonly tries: number;
  readonly received_at: string;
};

const isOpen = 'EXISTS (SELECT 1 FROM intake_queue q WHERE q.receipt = d.receipt)';
const statusOf = `CASE WHEN d.dead THEN 'dead' WHEN ${isOpen} THEN 'accepted' ELSE 'processed' END`;
const columns = `d.receipt, source, d.integration, headers, dedupe_key, ${statusOf} AS status, error, fault, tries, received_at`;
/** Deliveries of a status, so that the few among many are found by an index. */
const ofStatus: { readonly [status: string]: string } = {
  accepted: 'deliveries d JOIN intake_queue USING (receipt) WHERE NOT d.dead',
  processed: `deliveries d WHERE NOT d.dead AND NOT ${isOpen}`,
  dead: 'deliveries d WHERE d.dead AND d.fault IS NOT NULL',
};

const shownFrom = (row: Row): Omit<Delivery, 'body' | 'alerts'> => ({
  receipt: row.receipt,
  source: row.source,
  integration: row.integration,
  headers: row.headers,
  dedupeKey: row.dedupe_key ?? '',
  receivedAt: row.received_at,
  status: row.status,
  error: row.error,
  fault: row.fault,
  tries: row.tries,
});

/** Deliveries without what they said, the newest first. */
export async function listDeliveries(
  pool: Pool,
  { limit, cursor, status, source }: Parameters<ListDeliveries>[0],
): ReturnType<ListDeliveries> {
  const from = status === undefined ? 'deliveries d WHERE true' : ofStatus[status];
  if (from === undefined) return { items: [], cursor: null };
  const { rows } = await pool.query<Row>(
    `SELECT ${columns} FROM ${from} AND ($1::text IS NULL OR d.receipt < $1) AND ($2::text IS NULL OR source = $2)
     ORDER BY d.receipt DESC LIMIT $3`,
    [cursor, source ?? null, limit + 1],
  );
  const items = rows.slice(0, limit).map(shownFrom);
  return { items, cursor: rows.length > limit ? (items.at(-1)?.receipt ?? null) : null };
}

/** One delivery with all it holds; null if there is none. */
export async function findDelivery(pool: Pool, receipt: string): Promise<Delivery | null> {
  const { rows } = await pool.query<Row & Pick<Delivery, 'body' | 'alerts'>>(
    `SELECT ${columns}, body, alerts FROM deliveries d WHERE receipt = $1`,
    [receipt],
  );
  return rows[0] ? { ...shownFrom(rows[0]), body: rows[0].body, alerts: rows[0].alerts } : null;
}

/** Of the alerts of a delivery, those that a later one of the same integration, which was dealt with, spoke about. */
export async function toldSince(pool: Pool, receipt: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ fingerprint: string }>(
    `SELECT DISTINCT mine.fingerprint FROM deliveries d, json_to_recordset(d.alerts) AS mine(fingerprint text)
     WHERE d.receipt = $1 AND EXISTS (
       SELECT 1 FROM deliveries later, json_to_recordset(later.alerts) AS theirs(fingerprint text)
       WHERE later.receipt > d.receipt AND later.source = d.source AND later.integration = d.integration
         AND NOT later.dead AND NOT EXISTS (SELECT 1 FROM intake_queue q WHERE q.receipt = later.receipt)
         AND theirs.fingerprint = mine.fingerprint)`,
    [receipt],
  );
  return rows.map(({ fingerprint }) => fingerprint);
}

/** Deliveries of one source that are at fault; `accepted`: they are tried again. */
export type DeliveryFaults = {
  readonly source: string;
  readonly fault: DeliveryFault;
  readonly status: 'accepted' | 'dead';
  readonly count: number;
};

/** How many deliveries are at fault, by source. */
export async function faultsOf(pool: Pool): Promise<readonly DeliveryFaults[]> {
  const { rows } = await pool.query<DeliveryFaults>(
    `SELECT source, fault, ${statusOf} AS status, count(*)::int AS count FROM deliveries d
     WHERE fault IS NOT NULL AND (dead OR ${isOpen}) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  );
  return rows;
}
