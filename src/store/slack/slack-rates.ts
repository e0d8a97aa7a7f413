// The token buckets that all processes share, by the clock of the database. Which call takes of which bucket is decided in slack/.
import type { Pool } from 'pg';
import type { SlackRates } from '../../ports/slack-rates.ts';

/** Locked in one order, so that two processes never wait for each other; judged by the clock after the locks are held. */
const takeSql = `
WITH held AS (
  SELECT w.size, w.every_ms, w.reserve, r.key, r.tokens, r.counted_at, r.paused_until
  FROM slack_rates r JOIN unnest($1::text[], $2::float8[], $3::float8[], $4::float8[]) AS w(key, size, every_ms, reserve) USING (key)
  ORDER BY r.key FOR UPDATE OF r
), judged AS (
  SELECT h.*, clock_timestamp() AS at FROM held h
), filled AS (
  SELECT key, at, greatest(0, extract(epoch FROM paused_until - at) * 1000) AS paused_ms, every_ms,
    least(size, tokens + greatest(0, extract(epoch FROM greatest(at, paused_until) - counted_at)) * 1000 / every_ms) AS tokens,
    1 + least(reserve, size - 1) AS needed
  FROM judged
), verdict AS (
  SELECT count(*)::int AS known, coalesce(max(ceil(paused_ms + greatest(0, needed - tokens) * every_ms)), 0)::float8 AS wait_ms
  FROM filled
), taken AS (
  UPDATE slack_rates r SET tokens = f.tokens - 1, counted_at = f.at FROM filled f, verdict v
  WHERE r.key = f.key AND v.wait_ms = 0 AND v.known = cardinality($1::text[])
)
SELECT known, wait_ms FROM verdict`;

/** A bucket that nobody has taken from for this long is full, and is made anew when it is needed. */
const forgetSql = `DELETE FROM slack_rates WHERE greatest(counted_at, paused_until) < now() - interval '1 hour'`;

/** The shared buckets in PostgreSQL. */
export function createSlackRates(pool: Pool): SlackRates {
  async function make(rates: readonly { readonly key: string; readonly size: number }[]): Promise<void> {
    await pool.query(forgetSql);
    await pool.query(
      `INSERT INTO slack_rates (key, tokens) SELECT key, size FROM unnest($1::text[], $2::float8[]) AS w(key, size)
       ORDER BY key ON CONFLICT DO NOTHING`,
      [rates.map(({ key }) => key), rates.map(({ size }) => size)],
    );
  }

  return {
    async take(rates) {
      for (;;) {
        const { rows } = await pool.query<{ known: number; wait_ms: number }>(takeSql, [
          rates.map(({ key }) => key),
          rates.map(({ size }) => size),
          rates.map(({ everyMs }) => everyMs),
          rates.map(({ reserve }) => reserve),
        ]);
        const [{ known, wait_ms: waitMs } = { known: 0, wait_ms: 0 }] = rows;
        if (known === rates.length) return waitMs;
        await make(rates);
      }
    },

    async pause(rate, ms) {
      await make([rate]);
      await pool.query(
        `UPDATE slack_rates SET tokens = 1, counted_at = greatest(paused_until, now() + $2 * interval '1 millisecond'),
           paused_until = greatest(paused_until, now() + $2 * interval '1 millisecond')
         WHERE key = $1`,
        [rate.key, ms],
      );
    },
  };
}
