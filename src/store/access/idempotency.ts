// Keys of requests that may come twice, with what was answered. Decides nothing; what a key means is the asker's.
import type { Pool } from 'pg';
import type { IdempotencyKeys, KeptAnswer } from '../../ports/api.ts';
import type { Runtime } from '../../ports/runtime.ts';

const keptMs = 24 * 3_600_000;

type Row = { body_digest: string; response: KeptAnswer | null; created_at: string };

/** The keys in PostgreSQL. Of two that note a key at the same time exactly one is told that it is fresh. */
export function createIdempotencyKeys(pool: Pool, runtime: Runtime): IdempotencyKeys {
  return {
    async reserve(key, bodyDigest) {
      const nowMs = runtime.nowMs();
      const now = new Date(nowMs).toISOString();
      await pool.query('DELETE FROM idempotency_keys WHERE created_at < $1', [new Date(nowMs - keptMs).toISOString()]);
      const made = await pool.query(
        'INSERT INTO idempotency_keys (key, body_digest, created_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING',
        [key, bodyDigest, now],
      );
      if (made.rowCount === 1) return { seenAtMs: nowMs, bodyDigest, answer: null, fresh: true };
      const { rows } = await pool.query<Row>(
        'SELECT body_digest, response, created_at FROM idempotency_keys WHERE key = $1',
        [key],
      );
      const row = rows[0];
      if (!row) throw new Error('an idempotency key ran out in the moment it was used again');
      return {
        seenAtMs: Date.parse(row.created_at),
        bodyDigest: row.body_digest,
        answer: row.response,
        fresh: false,
      };
    },

    async finish(key, answer) {
      const { rows } = await pool.query<{ response: KeptAnswer }>(
        'UPDATE idempotency_keys SET response = coalesce(response, $2) WHERE key = $1 RETURNING response',
        [key, JSON.stringify(answer)],
      );
      return rows[0]?.response ?? answer;
    },
  };
}
