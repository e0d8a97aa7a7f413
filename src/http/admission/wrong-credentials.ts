// Wrong tokens and signatures: whoever keeps sending them is answered later and later, and told to come back later still. Only wrong
// ones are slowed: a correct sender that shares the address notices nothing.

/** What a wrong proof costs, in milliseconds: how late it is answered, and when to try again; null: it is answered as it is. */
export type Penalty = { readonly delayMs: number; readonly retryAfterMs: number } | null;

/** Remembers who sent what was wrong. */
export type WrongCredentials = {
  /** Notes a wrong proof. `about`: what it was shown to, such as an integration. */
  readonly failed: (peer: string, about: string) => Penalty;
};

/** So many may be wrong in a row: a person who sets up a sender tries a few. */
const free = 10;
const forgottenAfterMs = 60_000;
const longestMs = 60_000;
const longestDelayMs = 2000;
/** Peers and what they failed at that are remembered at the same time. */
const maxRemembered = 10_000;

/** Makes the memory, of this process alone. */
export function createWrongCredentials(nowMs: () => number): WrongCredentials {
  const failures = new Map<string, { count: number; atMs: number }>();
  return {
    failed(peer, about) {
      const key = JSON.stringify([peer, about]);
      const known = failures.get(key);
      const count = known && nowMs() - known.atMs < forgottenAfterMs ? known.count + 1 : 1;
      failures.delete(key);
      failures.set(key, { count, atMs: nowMs() });
      const [oldest] = failures.keys();
      if (failures.size > maxRemembered && oldest !== undefined) failures.delete(oldest);
      if (count <= free) return null;
      const over = Math.min(count - free, 12);
      return {
        delayMs: Math.min(longestDelayMs, 50 * 2 ** over),
        retryAfterMs: Math.min(longestMs, 1000 * 2 ** (over - 1)),
      };
    },
  };
}
