// The token buckets that all processes share, by the clock of the database. Which call takes of which bucket is decided in slack/.
import type { Pool } from 'pg';
import type { SlackRates } from '../../ports/slack-rates.ts';

/**
 * Locked in one order, so that two processes never wait for each other; judged by the clock after the locks are held. A row that these
 * statements cannot have written is taken for a full bucket: an edit by hand must not keep Firebreak silent.
 */
const takeSql = `
WITH held AS (
  SELECT w.size, w.every_ms, w.reserve, r.key, r.tokens, r.counted_at, r.paused_until
  FROM slack_rates r JOIN unnest($1::text[], $2::float8[], $3::float8[], $4::float8[]) AS w(key, size, every_ms, reserve) USING (key)
  ORDER BY r.key FOR UPDATE OF r
), timed AS (
  SELECT h.*, clock_timestamp() AS at FROM held h
), judged AS (
  SELECT t.*, tokens BETWEEN 0 AND size AND isfinite(counted_at) AND isfinite(paused_until)
    AND greatest(counted_at, paused_until) <= at + interval '1 hour' AS is_ours FROM timed t
), filled AS (
  SELECT key, at, every_ms, 1 + least(reserve, size - 1) AS needed,
    CASE WHEN is_ours THEN greatest(0, extract(epoch FROM paused_until - at) * 1000) ELSE 0 END AS paused_ms,
    CASE WHEN is_ours THEN
      least(size, tokens + greatest(0, extract(epoch FROM greatest(at, paused_until) - counted_at)) * 1000 / every_ms)
    ELSE size END AS tokens
  FROM judged
), verdict AS (
  SELECT count(*)::int AS known, coalesce(max(ceil(paused_ms + greatest(0, needed - tokens) * every_ms)), 0)::float8 AS wait_ms
  FROM filled
), taken AS (
  UPDATE slack_rates r SET tokens = f.tokens - 1, counted_at = f.at, paused_until = 'epoch' FROM filled f, verdict v
  WHERE r.key = f.key AND v.wait_ms = 0 AND v.known = cardinality($1::text[])
)
SELECT known, wait_ms FROM verdict`;

/** A bucket that nobody has taken from for this long is full, and is made anew when it is needed. */
const forgetSql = `DELETE FROM slack_rates WHERE greatest(counted_at, paused_until) < now() - interval '1 hour'`;

/** Slack asks for seconds. */
const longestPauseMs = 3_600_000;

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
        `UPDATE slack_rates r SET tokens = 1, counted_at = u.until, paused_until = u.until FROM (
           SELECT key, greatest(
             CASE WHEN paused_until <= now() + interval '1 hour' THEN paused_until ELSE now() END,
             now() + $2 * interval '1 millisecond') AS until
           FROM slack_rates WHERE key = $1) u
         WHERE r.key = u.key`,
        [rate.key, Math.min(ms, longestPauseMs)],
      );
    },
  };
}
