// Writes accepted deliveries down: many in one statement, bodies as the bytes they are, each once. Decides nothing but whether one came
// before, and whether the process that accepts it may deal with it at once.
import type { Acceptance, NewDelivery } from '../../ports/intake.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { createForgetProofs } from '../access/used-proofs.ts';
import { withTexts } from '../ledger/append-changes.ts';
import type { SnapshotKey } from '../ledger/snapshot-digest.ts';
import { advisoryLocks } from '../postgres/advisory-locks.ts';
import { createBatcher } from '../postgres/batcher.ts';
import type { Pools } from '../postgres/pool.ts';
import { contentDigest, deliveryProof } from './delivery-proof.ts';
import { dedupeKey, type Repetitions } from './repetition.ts';

const maxBatch = 200;
/** Bodies of one statement, in bytes; a larger one goes alone. */
const maxBatchBytes = 1_048_576;

type Row = {
  readonly delivery: NewDelivery;
  readonly receipt: string;
  readonly dedupeKey: string;
  /** Its key says already what it contradicts. */
  readonly contradicts: boolean;
  readonly receivedAt: string;
  readonly claimForMs: number | null;
};

/** Proofs that count once are looked at only where there are some: each part of a statement costs, whether it has work or not. */
const insert = (proofs: boolean) => `
WITH row AS (
  SELECT * FROM json_to_recordset($1::json) AS r(receipt text, source text, integration text, headers json, starts integer,
    bytes integer, dedupe_key text, alerts json, proof text, waits boolean, received_at timestamptz, proof_key text, proof_until timestamptz,
    claim_ms float8)
), ${proofs ? takeProofs : ''}written AS (
  INSERT INTO deliveries (receipt, source, integration, headers, body, dedupe_key, alerts, proof, received_at)
  SELECT receipt, source, integration, headers, substring($2::bytea FROM starts FOR bytes), dedupe_key, alerts, proof, received_at FROM row
  ${proofs ? 'WHERE proof_key IS NULL OR receipt IN (SELECT receipt FROM proof)' : ''}
  ON CONFLICT (dedupe_key) DO NOTHING
  RETURNING receipt
), free AS (
  -- Only where all of the integration may be claimed: none overtakes another.
  SELECT integration FROM (
    SELECT integration, bool_and(claim_ms IS NOT NULL) AS asked FROM row WHERE waits GROUP BY integration
  ) each WHERE CASE WHEN asked THEN intake_is_free(integration, $3::bigint) ELSE false END
), queued AS (
  INSERT INTO intake_queue (receipt, integration, bytes, claimed_until)
  SELECT receipt, integration, bytes, CASE WHEN free.integration IS NOT NULL THEN clock_timestamp() + claim_ms * interval '1 millisecond' END
  FROM row JOIN written USING (receipt) LEFT JOIN free USING (integration) WHERE waits
  RETURNING receipt, claimed_until IS NOT NULL AS claimed
)
SELECT receipt, coalesce(queued.claimed, false) AS claimed FROM written LEFT JOIN queued USING (receipt)`;

const takeProofs = `proof AS (
  INSERT INTO used_proofs (key, receipt, until) SELECT proof_key, receipt, proof_until FROM row WHERE proof_key IS NOT NULL
  ON CONFLICT (key) DO UPDATE SET receipt = excluded.receipt, until = excluded.until
    -- One that was noted for this very delivery is its own: a body whose key was taken comes a second time under another key.
    WHERE used_proofs.until < (SELECT min(received_at) FROM row) OR used_proofs.receipt = excluded.receipt
  RETURNING receipt
), `;

/** The rows without their bodies, as JSON, and the bodies one after the other: bytes are not made text to be made bytes again. */
function valuesOf(batch: readonly Row[], secret: SnapshotKey | null): [string, Buffer, number] {
  let starts = 1;
  const rows = batch.map(({ delivery, receipt, dedupeKey: key, receivedAt, claimForMs }) => {
    const { source, integration, headers, body, alerts, once } = delivery;
    const text = JSON.stringify(alerts);
    const proved = { receipt, source, integration, receivedAt, dedupeKey: key, alerts: text };
    const row = {
      receipt,
      source,
      integration,
      headers,
      starts,
      bytes: body.length,
      dedupe_key: key,
      proof: secret && deliveryProof(secret, proved, contentDigest(delivery)),
      waits: alerts.length > 0,
      received_at: receivedAt,
      proof_key: once?.key ?? null,
      proof_until: once?.until ?? null,
      claim_ms: claimForMs,
    };
    starts += body.length;
    return withTexts(row, { alerts: text });
  });
  const [only] = batch;
  const bodies = only && batch.length === 1 ? only.delivery.body : Buffer.concat(batch.map((row) => row.delivery.body));
  return [`[${rows.join()}]`, bodies, advisoryLocks.claimDeliveries];
}

/** What accepting needs. Without a key nothing that is accepted can be believed later. */
export type DeliveryStoreParts = Pools & {
  readonly key: SnapshotKey | null;
  readonly runtime: Pick<Runtime, 'newId' | 'nowMs'>;
  readonly repetitions: Repetitions;
};

async function write(parts: DeliveryStoreParts, batch: readonly Row[]): Promise<readonly Acceptance[]> {
  const proofs = batch.some(({ delivery }) => delivery.once);
  const { rows } = await parts.steady.query<{ receipt: string; claimed: boolean }>({
    name: proofs ? 'accept-deliveries-with-proofs' : 'accept-deliveries',
    text: insert(proofs),
    values: valuesOf(batch, parts.key),
  });
  const written = new Map(rows.map((row) => [row.receipt, row]));
  return Promise.all(
    batch.map((row) => {
      const own = written.get(row.receipt);
      return own ? accepted(row, own.claimed) : repeated(parts, row);
    }),
  );
}

function accepted({ receipt, receivedAt, delivery }: Row, claimed: boolean): Acceptance {
  const { source, integration, alerts } = delivery;
  return claimed
    ? { receipt, status: 'accepted', claimed: { receipt, source, integration, alerts, tries: 0, receivedAt } }
    : { receipt, status: 'accepted' };
}

/** A delivery whose key or proof is taken: one that contradicts what is known by now is taken under a key of its own. */
async function repeated(parts: DeliveryStoreParts, row: Row): Promise<Acceptance> {
  const { source, integration, alerts, once } = row.delivery;
  const earlier = await parts.repetitions.earlier(row.dedupeKey, once?.key ?? null);
  // What stood in its way is gone meanwhile.
  if (!earlier) return writeOne(parts, row);
  const taken = { receipt: earlier.receipt, status: 'duplicate' } as const;
  if (row.contradicts) return taken;
  const contradiction = earlier.edited
    ? `edited/${earlier.receipt}`
    : await parts.repetitions.contradictionOf({ source, integration, dedupe_key: row.dedupeKey, alerts });
  if (contradiction === null) return taken;
  return writeOne(parts, { ...row, dedupeKey: `${row.dedupeKey}/${contradiction}`, contradicts: true });
}

async function writeOne(parts: DeliveryStoreParts, row: Row): Promise<Acceptance> {
  // Any number of these may come of one batch.
  const [answer] = await write({ ...parts, steady: parts.pool }, [row]);
  if (!answer) throw new Error('a delivery was written without an answer');
  return answer;
}

/** Makes the function that accepts; concurrent deliveries share a commit. */
export function createAccept(
  parts: DeliveryStoreParts,
): (delivery: NewDelivery, claimForMs?: number) => Promise<Acceptance> {
  const { pool, runtime } = parts;
  const forget = createForgetProofs(pool);
  const batcher = createBatcher<Row, Acceptance>({
    async run(batch) {
      if (batch.some(({ delivery }) => delivery.once)) await forget();
      return write(parts, batch);
    },
    concurrency: 2,
    maxBatch,
    sizes: { maxBytes: maxBatchBytes, bytesOf: ({ delivery }) => delivery.body.length },
    keyOf: (row) => row.delivery.once?.key ?? row.dedupeKey,
  });
  return (delivery, claimForMs) => {
    const nowMs = runtime.nowMs();
    return batcher.add({
      delivery,
      receipt: runtime.newId('dlv'),
      dedupeKey: dedupeKey(delivery, nowMs),
      contradicts: false,
      receivedAt: new Date(nowMs).toISOString(),
      claimForMs: claimForMs ?? null,
    });
  };
}
