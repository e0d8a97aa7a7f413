// Clocks for tests of what waits: one that moves when it is told to, one that jumps over every wait.

/** A clock that stands still until it is moved. `calm`: resolves when all that can happen without time passing has happened. */
export class ManualClock {
  ms = 0;
  readonly #calm: () => Promise<void>;
  readonly #sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  constructor(calm = settled) {
    this.#calm = calm;
  }
  readonly nowMs = (): number => this.ms;
  readonly sleep = (ms: number): Promise<void> =>
    new Promise((wake) => {
      this.#sleepers.push({ atMs: this.ms + ms, wake });
    });

  /** Lets so much time pass; whoever sleeps until then is woken at the right instant and may sleep again. */
  async pass(ms: number): Promise<void> {
    const end = this.ms + ms;
    for (;;) {
      await this.#calm();
      this.#sleepers.sort((a, b) => a.atMs - b.atMs);
      const next = this.#sleepers[0];
      if (!next || next.atMs > end) break;
      this.#sleepers.shift();
      this.ms = Math.max(this.ms, next.atMs);
      next.wake();
    }
    this.ms = end;
    await this.#calm();
  }
}

/** A clock in which every wait is over at once, and the time has passed. */
export function jumpingClock(startMs = 0): { nowMs: () => number; sleep: (ms: number) => Promise<void> } {
  let ms = startMs;
  return {
    nowMs: () => ms,
    async sleep(wait) {
      ms += wait;
    },
  };
}

/** All that can happen without time passing has happened. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
