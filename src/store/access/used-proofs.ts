// What may be used once: noted by the first that uses it, in one statement, so that of many at the same time one is told yes.
import type { Pool } from 'pg';
import type { UsedProofs } from '../../ports/used-proofs.ts';

/** Between two looks for what is over, in milliseconds. */
const forgetEveryMs = 60_000;

/** Makes what forgets those whose time is over, once in a while however often it is called. */
export function createForgetProofs(pool: Pool, nowMs: () => number = () => performance.now()): () => Promise<void> {
  let forgotAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (nowMs() - forgotAtMs < forgetEveryMs) return;
    forgotAtMs = nowMs();
    await pool.query('DELETE FROM used_proofs WHERE until < clock_timestamp()');
  };
}

/** The memory in PostgreSQL. The windows are those of the database's clock. */
export function createUsedProofs(pool: Pool): UsedProofs {
  const forget = createForgetProofs(pool);
  return {
    async use(keys, forMs) {
      await forget();
      // Sorted, so that two that use the same keys never wait for each other.
      const { rowCount } = await pool.query(
        `INSERT INTO used_proofs (key, until)
         SELECT key, clock_timestamp() + $2 * interval '1 millisecond' FROM unnest($1::text[]) AS key
         ON CONFLICT (key) DO UPDATE SET until = excluded.until, receipt = NULL WHERE used_proofs.until < clock_timestamp()`,
        [[...new Set(keys)].sort(), forMs],
      );
      return rowCount === new Set(keys).size;
    },
  };
}
