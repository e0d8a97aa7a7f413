// Questions about deliveries that people and replays ask. Changes nothing.
import type { Pool } from 'pg';
import type { Alert } from '../../core/alert/alert.ts';
import type { Delivery, DeliveryFault, FoundDelivery, ListDeliveries } from '../../ports/intake.ts';
import type { SnapshotKey } from '../ledger/snapshot-digest.ts';
import { elementsOf } from './alert-elements.ts';
import { contentDigest, deliveryFault, type ProvedDelivery } from './delivery-proof.ts';

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

/** One delivery with all it holds, and whether it is what was accepted; null if there is none. */
export async function findDelivery(
  pool: Pool,
  key: SnapshotKey | null,
  receipt: string,
): Promise<FoundDelivery | null> {
  const { rows } = await pool.query<Row & { body: Buffer; said: string; proof: string | null }>(
    `SELECT ${columns}, body, alerts::text AS said, proof FROM deliveries d WHERE receipt = $1`,
    [receipt],
  );
  const [row] = rows;
  if (!row) return null;
  const { body, said, proof, source, integration, headers, dedupe_key: dedupeKey, received_at: receivedAt } = row;
  const proved = { receipt, source, integration, receivedAt, dedupeKey, alerts: said };
  const unbelievable = deliveryFault(key, proof, proved, contentDigest({ headers, body }));
  return { ...shownFrom(row), body, alerts: JSON.parse(said) as Delivery['alerts'], unbelievable };
}

/**
 * Of the alerts of a delivery, those that a later one of the same integration, which was dealt with, spoke about. A later one that is
 * not what was accepted has said nothing: for it no alert is left out.
 */
export async function toldSince(pool: Pool, key: SnapshotKey | null, receipt: string): Promise<readonly string[]> {
  const { rows } = await pool.query<ProvedDelivery & { proof: string | null; mine: readonly string[] }>(
    `SELECT later.receipt, later.source, later.integration, later.received_at AS "receivedAt", later.dedupe_key AS "dedupeKey",
       later.alerts::text AS alerts, later.proof, array_agg(DISTINCT mine->>'fingerprint') AS mine
     FROM deliveries d, ${elementsOf('d.alerts')} AS mine, deliveries later, ${elementsOf('later.alerts')} AS theirs
     WHERE d.receipt = $1 AND later.receipt > d.receipt AND later.source = d.source AND later.integration = d.integration
       AND NOT later.dead AND NOT EXISTS (SELECT 1 FROM intake_queue q WHERE q.receipt = later.receipt)
       AND theirs->>'fingerprint' = mine->>'fingerprint'
     GROUP BY later.receipt`,
    [receipt],
  );
  const believed = rows.filter(({ proof, ...later }) => deliveryFault(key, proof, later) === null);
  return [...new Set(believed.flatMap(({ mine }) => mine))];
}

/** An alert as a delivery said it last, of the latest 10 000. One that is not what was accepted has said nothing. */
export async function lastAlert(pool: Pool, key: SnapshotKey | null, fingerprint: string): Promise<Alert | null> {
  const { rows } = await pool.query<ProvedDelivery & { proof: string | null }>(
    `SELECT receipt, source, integration, received_at AS "receivedAt", dedupe_key AS "dedupeKey", alerts::text AS alerts, proof
     FROM (SELECT * FROM deliveries ORDER BY receipt DESC LIMIT 10000) d
     WHERE position($1 in alerts::text) > 0 AND EXISTS (
       SELECT 1 FROM ${elementsOf('d.alerts')} AS one WHERE one->>'fingerprint' = $2)
     ORDER BY receipt DESC LIMIT 10`,
    [JSON.stringify(fingerprint).slice(1, -1), fingerprint],
  );
  for (const { proof, ...delivery } of rows) {
    if (deliveryFault(key, proof, delivery) !== null) continue;
    const alerts = JSON.parse(delivery.alerts) as Delivery['alerts'];
    const found = alerts.findLast((alert) => alert.fingerprint === fingerprint);
    if (found) return found;
  }
  return null;
}

/** A delivery with its alerts as they are stored: whoever wants them reads them, in a thread of its own if there are many. */
export type DeliveryText = Pick<Delivery, 'receipt' | 'source' | 'integration' | 'receivedAt'> & {
  readonly alerts: string;
};

/**
 * What was accepted since an instant, in that order, a page at a time, the next of which is asked for meanwhile: for people who try out a
 * configuration; acted on is none of it.
 */
export async function* deliveriesSince(pool: Pool, since: string): AsyncGenerator<readonly DeliveryText[]> {
  let next = pageAfter(pool, since, '');
  for (let page = await next; page.length > 0; page = await next) {
    next = pageAfter(pool, since, page.at(-1)?.receipt ?? '');
    // Whoever stops in between never hears of it.
    next.catch(() => undefined);
    yield page;
  }
}

async function pageAfter(pool: Pool, since: string, after: string): Promise<readonly DeliveryText[]> {
  const { rows } = await pool.query<DeliveryText>(
    `SELECT receipt, source, integration, received_at AS "receivedAt", alerts::text AS alerts FROM deliveries
     WHERE receipt > $1 AND received_at >= $2 AND NOT dead ORDER BY receipt LIMIT 1000`,
    [after, since],
  );
  return rows;
}

/** The alerts of each delivery that was accepted since an instant, the latest first; those of one that is not what was accepted are none. */
export async function saidSince(
  pool: Pool,
  key: SnapshotKey | null,
  { since, limit }: { readonly since: string; readonly limit: number },
): Promise<readonly (readonly Alert[])[]> {
  const { rows } = await pool.query<ProvedDelivery & { proof: string | null }>(
    `SELECT d.receipt, source, d.integration, received_at AS "receivedAt", dedupe_key AS "dedupeKey", alerts::text AS alerts, proof
     FROM deliveries d WHERE received_at >= $1 AND NOT d.dead ORDER BY d.receipt DESC LIMIT $2`,
    [since, limit],
  );
  return rows.map(({ proof, ...one }) =>
    deliveryFault(key, proof, one) === null ? (JSON.parse(one.alerts) as readonly Alert[]) : [],
  );
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
