// When a delivery is one that came before: told by its key, and held against what is known since. What contradicts it is never dropped.
import type { Pool } from 'pg';
import { alertOf } from '../../core/incident/state.ts';
import { sha256 } from '../../core/json.ts';
import { RecordFaultError } from '../../core/timeline/record-fault.ts';
import type { NewDelivery } from '../../ports/intake.ts';
import type { SnapshotKey } from '../ledger/snapshot-digest.ts';
import { elementsOf } from './alert-elements.ts';
import type { AlertHomes } from './alert-homes.ts';
import { deliveryFault, type ProvedDelivery } from './delivery-proof.ts';

/** Identical bodies without an id of their own are looked at as one delivery within this window; some senders repeat on purpose later. */
const hashWindowMs = 60_000;

/**
 * The key under which a delivery is stored once. An id of the sender's own counts together with what the delivery says of which alert: an id
 * that a sender gives to a whole problem instead of a delivery must not swallow its end.
 */
export function dedupeKey(
  { source, integration, dedupe, alerts }: Pick<NewDelivery, 'source' | 'integration' | 'dedupe' | 'alerts'>,
  nowMs: number,
): string {
  const scope = `${source}/${integration}`;
  if (dedupe.kind === 'hash') return `${scope}/hash/${Math.floor(nowMs / hashWindowMs)}/${dedupe.value}`;
  const said = alerts.map(({ fingerprint, status }) => `${status} ${fingerprint}`).sort();
  return `${scope}/id/${dedupe.value}/${sha256(said.join('\n')).slice(0, 16)}`;
}

/** A delivery whose key is taken. */
type Repeated = {
  readonly source: string;
  readonly integration: string;
  readonly dedupe_key: string;
  readonly alerts: NewDelivery['alerts'];
};

/** What stands against dropping a delivery. */
export type Repetitions = {
  /** The delivery that came before, by its key or by its proof; `edited`: its row is not what was accepted, so it takes no other's place. */
  readonly earlier: (
    key: string,
    once: string | null,
  ) => Promise<{ readonly receipt: string; readonly edited: boolean } | null>;
  /** Null: it changes nothing. The same circumstances give the same text. */
  readonly contradictionOf: (repeated: Repeated) => Promise<string | null>;
};

/** What repetitions are looked up with. */
export type RepetitionParts = { readonly pool: Pool; readonly key: SnapshotKey | null; readonly homes: AlertHomes };

const earlierOf = `
SELECT receipt, source, integration, "receivedAt", "dedupeKey", alerts, proof, rank FROM (
  SELECT receipt, source, integration, received_at AS "receivedAt", dedupe_key AS "dedupeKey", alerts::text AS alerts, proof, 1 AS rank
  FROM deliveries WHERE dedupe_key = $1
  UNION ALL SELECT receipt, NULL, NULL, NULL, NULL, NULL, NULL, 2 FROM used_proofs WHERE key = $2
) earlier ORDER BY rank LIMIT 1`;

const contradicting = `
WITH earlier AS (
  SELECT receipt, CASE WHEN dead THEN 'dead' WHEN EXISTS (SELECT 1 FROM intake_queue q WHERE q.receipt = d.receipt) THEN 'accepted'
    ELSE 'processed' END AS status
  FROM deliveries d WHERE dedupe_key = $1
)
SELECT coalesce(
  -- It was set aside: what is sent again is taken again.
  (SELECT 'dead/' || receipt FROM earlier WHERE status = 'dead'),
  -- Another body about the same alerts waits.
  (SELECT 'after/' || max(d.receipt) FROM intake_queue JOIN deliveries d USING (receipt)
    WHERE $4 AND d.source = $2 AND d.integration = $3
      AND left(d.dedupe_key, length($1)) <> $1
      AND EXISTS (SELECT 1 FROM ${elementsOf('d.alerts')} AS a WHERE a->>'fingerprint' = ANY($5)))
) AS contradiction, EXISTS (SELECT 1 FROM earlier WHERE status = 'processed') AS processed`;

/** Repetitions by what PostgreSQL holds. */
export function createRepetitions({ pool, key, homes }: RepetitionParts): Repetitions {
  /** What is known of an alert by now is not what it says: it ended, fires again, or people ended its incident. */
  async function contradictedByState(alerts: NewDelivery['alerts']): Promise<string | null> {
    try {
      const known = await homes(alerts.map(({ fingerprint }) => fingerprint));
      const against = alerts.flatMap(({ fingerprint, status }) => {
        const home = known.get(fingerprint);
        const fires = home !== undefined && alertOf(home.incident, fingerprint)?.status === 'firing';
        const counts = fires && (home.incident.status === 'open' || status === 'resolved');
        return (status === 'firing') === counts ? [] : [home ? `${home.incident.id}@${home.head.version}` : ''];
      });
      return against.length === 0 ? null : `state/${against.sort().at(-1) || 'unknown'}`;
    } catch (error) {
      if (!(error instanceof RecordFaultError)) throw error;
      // Nothing is dropped for what cannot be believed.
      return `state/${error.place.streamId}/fault`;
    }
  }

  return {
    async earlier(dedupe, once) {
      const { rows } = await pool.query<ProvedDelivery & { proof: string | null; rank: number }>({
        name: 'earlier-delivery',
        text: earlierOf,
        values: [dedupe, once],
      });
      const [row] = rows;
      return row
        ? { receipt: row.receipt, edited: row.rank === 1 && deliveryFault(key, row.proof, row) !== null }
        : null;
    },

    async contradictionOf({ dedupe_key, source, integration, alerts }) {
      const byHash = dedupe_key.startsWith(`${source}/${integration}/hash/`);
      const { rows } = await pool.query<{ contradiction: string | null; processed: boolean }>({
        name: 'contradiction-of-delivery',
        text: contradicting,
        values: [dedupe_key, source, integration, byHash, alerts.map(({ fingerprint }) => fingerprint)],
      });
      const [found] = rows;
      if (found?.contradiction) return found.contradiction;
      return byHash && found?.processed ? contradictedByState(alerts) : null;
    },
  };
}
