// The database's clock, as this process can tell it without asking each time: what all processes go by when they judge deadlines and
// expiries. Counted on by the monotonic clock, so that a wall clock that is set, or always was wrong, decides nothing. Logs nothing.
import type { ClockCheck, Runtime } from '../ports/runtime.ts';

/** A clock further away from the database's than this, in milliseconds, does not agree. */
export const maxApartMs = 2000;
/** A measurement is taken anew after so long, and one that took longer than this says too little. */
const maxAgeMs = 15_000;
const maxRoundTripMs = 5000;

/** The time of the database. */
export type DatabaseClock = ClockCheck & {
  /** The runtime whose time is the database's; until it was asked once, its own. */
  readonly runtime: Runtime;
  /** Asks the database. Rejects if it does not answer. */
  readonly measure: () => Promise<void>;
  /** How far the clock of this machine was ahead of the database's when they were last compared, in milliseconds. */
  readonly aheadMs: () => number;
};

/** Nothing is measured yet. `ask`: the time of the database, in epoch milliseconds. */
export function createDatabaseClock({
  runtime,
  ask,
}: {
  readonly runtime: Runtime;
  readonly ask: () => Promise<number>;
}): DatabaseClock {
  let known: { readonly databaseMs: number; readonly monotonicMs: number; readonly wallMs: number } | null = null;
  let asking: Promise<void> | null = null;

  async function askNow(): Promise<void> {
    for (;;) {
      const before = runtime.monotonicMs();
      const databaseMs = await ask();
      const after = runtime.monotonicMs();
      // This process was stopped, or the answer was: it says nothing of now.
      if (after - before > maxRoundTripMs) continue;
      const half = (after - before) / 2;
      const told = databaseMs + half;
      // Within what a round trip can tell, time goes on as it was: it should not step with every measurement.
      const counted = known === null ? told : known.databaseMs + after - known.monotonicMs;
      const now = Math.abs(told - counted) <= half + 1 ? counted : told;
      known = { databaseMs: now, monotonicMs: after, wallMs: runtime.nowMs() };
      return;
    }
  }
  const measure = (): Promise<void> => {
    asking ??= askNow().finally(() => {
      asking = null;
    });
    return asking;
  };

  /** True if the wall clock was set since. */
  const wasSet = (since: { readonly monotonicMs: number; readonly wallMs: number }) =>
    Math.abs(runtime.nowMs() - since.wallMs - (runtime.monotonicMs() - since.monotonicMs)) > maxApartMs / 2;
  const isFresh = () => known !== null && runtime.monotonicMs() - known.monotonicMs < maxAgeMs && !wasSet(known);

  return {
    measure,
    settle: () => (isFresh() ? null : measure()),
    agrees: () => known !== null && !wasSet(known) && Math.abs(known.wallMs - known.databaseMs) <= maxApartMs,
    aheadMs: () => (known === null ? 0 : Math.round(known.wallMs - known.databaseMs)),
    runtime: {
      ...runtime,
      nowMs: () =>
        known === null ? runtime.nowMs() : Math.round(known.databaseMs + runtime.monotonicMs() - known.monotonicMs),
    },
  };
}
