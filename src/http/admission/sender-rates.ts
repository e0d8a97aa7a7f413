// How often each sender may come: a token bucket for whoever has a limit. Keeps counts in memory, of this process only. Knows no HTTP.
import type { IntegrationLimit } from '../../spi/source.ts';

/** Counts requests by sender. */
export type SenderRates = {
  /** Takes one request of a sender into account; null: it may come, else after how long it may, in milliseconds. */
  readonly take: (sender: string, limit: IntegrationLimit) => number | null;
};

/** Makes it, on a clock that never goes back. There are as many buckets as integrations have limits. */
export function createSenderRates(nowMs: () => number): SenderRates {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return {
    take(sender, { perMinute, burst }) {
      const now = nowMs();
      const perMs = perMinute / 60_000;
      const bucket = buckets.get(sender) ?? { tokens: burst, atMs: now };
      buckets.set(sender, bucket);
      bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.atMs) * perMs);
      bucket.atMs = now;
      if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / perMs);
      bucket.tokens -= 1;
      return null;
    },
  };
}
