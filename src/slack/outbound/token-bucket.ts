// A token bucket: so many calls at once, then one per interval. Pure arithmetic over instants that are passed in.

/** Up to `size` calls at once; a spent one comes back every `everyMs`. */
export type Rate = { readonly size: number; readonly everyMs: number };

/** A bucket. Instants are epoch milliseconds. */
export type TokenBucket = {
  /** Milliseconds until a token may be taken that leaves `reserve` others behind; 0: now. */
  readonly waitMs: (nowMs: number, reserve: number) => number;
  readonly take: (nowMs: number) => void;
  /** What was taken was not used. */
  readonly giveBack: () => void;
  /** Gives nothing before `untilMs`, and then one token only: after a 429 the bucket starts anew. */
  readonly pause: (untilMs: number) => void;
  /** True when the bucket remembers nothing that a new one would not know. */
  readonly isFull: (nowMs: number) => boolean;
};

/** A full bucket. */
export function createTokenBucket({ size, everyMs }: Rate): TokenBucket {
  let tokens = size;
  let countedAtMs = Number.NEGATIVE_INFINITY;
  let pausedUntilMs = Number.NEGATIVE_INFINITY;

  let lastMs = Number.NEGATIVE_INFINITY;

  /** A clock that was set back takes what is remembered with it. */
  function follow(nowMs: number): void {
    const backMs = Math.max(0, lastMs - nowMs);
    countedAtMs -= backMs;
    pausedUntilMs -= backMs;
    lastMs = nowMs;
  }
  const tokensAt = (ms: number) => Math.min(size, tokens + Math.max(0, ms - countedAtMs) / everyMs);
  return {
    waitMs(nowMs, reserve) {
      follow(nowMs);
      const missing = 1 + Math.min(reserve, size - 1) - tokensAt(Math.max(nowMs, pausedUntilMs));
      return Math.max(0, pausedUntilMs - nowMs) + Math.ceil(Math.max(0, missing) * everyMs);
    },
    take(nowMs) {
      follow(nowMs);
      tokens = tokensAt(nowMs) - 1;
      countedAtMs = nowMs;
    },
    giveBack() {
      tokens = Math.min(size, tokens + 1);
    },
    pause(untilMs) {
      if (untilMs <= pausedUntilMs) return;
      pausedUntilMs = untilMs;
      tokens = 1;
      countedAtMs = untilMs;
    },
    isFull(nowMs) {
      follow(nowMs);
      return nowMs >= pausedUntilMs && tokensAt(nowMs) >= size;
    },
  };
}
