// When a delivery is one that came before: told by its key, and held against what is known since. What contradicts it is never dropped.
import type { Pool } from 'pg';
import { sha256 } from '../../core/json.ts';
import type { NewDelivery } from '../../ports/intake.ts';

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
export type Repeated = {
  readonly source: string;
  readonly integration: string;
  readonly dedupe_key: string;
  readonly alerts: NewDelivery['alerts'];
};

const contradicting = `
WITH said AS (
  SELECT fingerprint, status = 'firing' AS firing FROM json_to_recordset($5::json) AS r(fingerprint text, status text)
), earlier AS (
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
      AND EXISTS (SELECT 1 FROM json_to_recordset(d.alerts) AS a(fingerprint text) JOIN said USING (fingerprint))),
  -- What is known of an alert by now is not what it says: it ended, fires again, or people ended its incident.
  (SELECT 'state/' || coalesce(max(i.id || '@' || i.version), 'unknown') FROM earlier, said s
    LEFT JOIN alerts a USING (fingerprint) LEFT JOIN incidents i ON i.id = a.incident_id
    WHERE $4 AND earlier.status = 'processed'
      AND s.firing <> (coalesce(a.active, false) AND (i.status = 'open' OR NOT s.firing))
    HAVING count(*) > 0)
) AS contradiction`;

/** What stands against dropping a delivery as a repetition; null: it changes nothing. The same circumstances give the same text. */
export async function contradictionOf(pool: Pool, repeated: Repeated): Promise<string | null> {
  const { dedupe_key, source, integration, alerts } = repeated;
  const byHash = dedupe_key.startsWith(`${source}/${integration}/hash/`);
  const said = alerts.map(({ fingerprint, status }) => ({ fingerprint, status }));
  const { rows } = await pool.query<{ contradiction: string | null }>({
    name: 'contradiction-of-delivery',
    text: contradicting,
    values: [dedupe_key, source, integration, byHash, JSON.stringify(said)],
  });
  return rows[0]?.contradiction ?? null;
}
