// The record of webhook deliveries, and which of them wait for intake. A delivery is written once; what waits, and for whom, stands in
// the narrow `intake_queue` beside it. Parses and verifies nothing.
import type { Pool } from 'pg';
import type { Alert } from '../../core/alert/alert.ts';
import type { ClaimedDelivery, DeliveryLedger, NewDelivery } from '../../ports/intake.ts';
import { advisoryLocks } from '../postgres/advisory-locks.ts';
import { withTransaction } from '../postgres/pool.ts';
import { createAccept, type DeliveryStoreParts } from './accept-deliveries.ts';
import { contentDigest, deliveryFault, deliveryProof, type ProvedDelivery } from './delivery-proof.ts';
import { findDelivery, lastAlert, listDeliveries, saidSince, toldSince } from './read-deliveries.ts';

/** Bodies that are claimed at once, in bytes; the one that goes beyond it is the last. */
const maxClaimBytes = 2_097_152;

// Claims and pauses end: one that would last longer than any that is ever made was written by hand, and holds up nothing.
const isClaimed = `(claimed_until > clock_timestamp() AND claimed_until <= clock_timestamp() + interval '5 minutes')`;
const isPaused = `(not_before > clock_timestamp() AND not_before <= clock_timestamp() + interval '1 hour')`;

const claim = `
WITH busy AS (
  SELECT DISTINCT integration FROM intake_queue WHERE ${isClaimed}
), first AS (
  SELECT receipt, bytes FROM intake_queue WHERE integration NOT IN (SELECT integration FROM busy)
    AND ${isPaused} IS NOT TRUE
    -- What is not there cannot be dealt with, and must not hold up the rest of its integration.
    AND EXISTS (SELECT 1 FROM deliveries d WHERE d.receipt = intake_queue.receipt)
  ORDER BY receipt LIMIT $1
), next AS (
  SELECT receipt FROM (SELECT receipt, sum(bytes) OVER (ORDER BY receipt) - bytes AS before FROM first) f WHERE before < $3
), claimed AS (
  UPDATE intake_queue q SET claimed_until = clock_timestamp() + $2 * interval '1 millisecond'
  FROM next WHERE q.receipt = next.receipt
  RETURNING q.receipt
)
SELECT receipt, d.alerts::text AS alerts, d.source, d.integration, d.tries, d.received_at AS "receivedAt", d.dedupe_key AS "dedupeKey",
  d.proof FROM claimed JOIN deliveries d USING (receipt)`;

const claimable = `${isClaimed} IS NOT TRUE AND ${isPaused} IS NOT TRUE`;

type ClaimedRow = ProvedDelivery & { readonly tries: number; readonly proof: string | null };

/** What was claimed, as it was accepted; one that is not what was accepted says so, and has nothing to say of any alert. */
function claimedFrom(
  key: DeliveryStoreParts['key'],
  { proof, dedupeKey, alerts, ...row }: ClaimedRow,
): ClaimedDelivery {
  const { receipt, source, integration, receivedAt, tries } = row;
  const claimed = { receipt, source, integration, receivedAt, tries };
  const unbelievable = deliveryFault(key, proof, { receipt, source, integration, receivedAt, dedupeKey, alerts });
  return unbelievable === null
    ? { ...claimed, alerts: JSON.parse(alerts) as readonly Alert[] }
    : { ...claimed, alerts: [], unbelievable };
}

/** The deliveries in PostgreSQL. */
export function createDeliveries(parts: DeliveryStoreParts): DeliveryLedger {
  const { pool, key, runtime } = parts;
  return {
    accept: createAccept(parts),

    async keepDead({ source, integration, headers, body, error, fault }) {
      const receipt = runtime.newId('dlv');
      const receivedAt = new Date(runtime.nowMs()).toISOString();
      const proved = { receipt, source, integration, receivedAt, dedupeKey: null, alerts: '[]' };
      const proof = key && deliveryProof(key, proved, contentDigest({ headers, body }));
      await pool.query(
        `INSERT INTO deliveries (receipt, source, integration, headers, body, alerts, proof, dead, error, fault, received_at)
         VALUES ($1, $2, $3, $4, $5, '[]', $9, true, $6, $7, $8)`,
        [receipt, source, integration, JSON.stringify(headers), body, error, fault, receivedAt, proof],
      );
      return { receipt };
    },

    claim: (limit, forMs) =>
      withTransaction(pool, async (client) => {
        await client.query('SELECT pg_advisory_xact_lock($1)', [advisoryLocks.claimDeliveries]);
        const { rows } = await client.query<ClaimedRow>({
          name: 'claim-deliveries',
          text: claim,
          values: [limit, forMs, maxClaimBytes],
        });
        return rows.sort((a, b) => (a.receipt < b.receipt ? -1 : 1)).map((row) => claimedFrom(key, row));
      }),

    async isOpen(receipt) {
      const { rows } = await pool.query('SELECT 1 FROM intake_queue WHERE receipt = $1', [receipt]);
      return rows.length > 0;
    },

    async settle(receipt) {
      await pool.query('DELETE FROM intake_queue WHERE receipt = $1', [receipt]);
    },

    async late(receipt, lateMs) {
      await pool.query(
        `INSERT INTO late_deliveries (receipt, late_ms) SELECT receipt, $2 FROM deliveries WHERE receipt = $1
         ON CONFLICT DO NOTHING`,
        [receipt, lateMs],
      );
    },

    async waiting() {
      const { rows } = await pool.query(`SELECT 1 FROM intake_queue WHERE ${claimable} LIMIT 1`);
      return rows.length > 0;
    },

    failed: (receipt, failure) => noteFailure(pool, receipt, failure),
    requeue: (receipt, alerts) => requeue(parts, receipt, alerts),
    find: (receipt) => findDelivery(pool, key, receipt),
    toldSince: (receipt) => toldSince(pool, key, receipt),
    lastAlert: (fingerprint) => lastAlert(pool, key, fingerprint),
    saidSince: (since, limit) => saidSince(pool, key, { since, limit }),

    async releaseClaims() {
      await pool.query('UPDATE intake_queue SET claimed_until = NULL WHERE claimed_until IS NOT NULL');
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
    `WITH open AS (
       SELECT receipt FROM intake_queue WHERE receipt = $1 FOR UPDATE
     ), noted AS (
       UPDATE deliveries SET tries = least(tries, 32000) + 1, error = $2, fault = 'ours', dead = $3::float8 IS NULL
       WHERE receipt IN (SELECT receipt FROM open)
     ), left_alone AS (
       UPDATE intake_queue SET claimed_until = NULL, not_before = clock_timestamp() + $3::float8 * interval '1 millisecond'
       WHERE receipt IN (SELECT receipt FROM open) AND $3::float8 IS NOT NULL
     )
     DELETE FROM intake_queue WHERE receipt IN (SELECT receipt FROM open) AND $3::float8 IS NULL`,
    [receipt, error, retryInMs],
  );
}

/**
 * Opens a dead delivery again. It counts as tried, so that a later word about its alerts is looked for. What it says now is vouched for
 * anew, and what came in with it is what it was.
 */
async function requeue(
  { pool, key }: DeliveryStoreParts,
  receipt: string,
  alerts: NewDelivery['alerts'],
): Promise<boolean> {
  const delivery = await findDelivery(pool, key, receipt);
  if (!delivery || delivery.unbelievable !== null) return false;
  const text = JSON.stringify(alerts);
  const { source, integration, receivedAt, dedupeKey } = delivery;
  const proved = { receipt, source, integration, receivedAt, dedupeKey: dedupeKey || null, alerts: text };
  const proof = key && deliveryProof(key, proved, contentDigest(delivery));
  const { rows } = await pool.query(
    `WITH opened AS (
       UPDATE deliveries SET dead = false, alerts = $2, proof = $4, tries = greatest(tries, 1::smallint) WHERE receipt = $1 AND dead
       RETURNING receipt, integration, length(body) AS bytes
     ), queued AS (
       INSERT INTO intake_queue (receipt, integration, bytes) SELECT receipt, integration, bytes FROM opened WHERE $3
       ON CONFLICT (receipt) DO NOTHING
     )
     SELECT receipt FROM opened`,
    [receipt, text, alerts.length > 0, proof],
  );
  return rows.length === 1;
}
