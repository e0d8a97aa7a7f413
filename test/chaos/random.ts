// Random numbers that a seed repeats.

/** Random choices. */
export type Random = {
  /** A number in [0, 1). */
  readonly next: () => number;
  /** A number in [from, to). */
  readonly between: (from: number, to: number) => number;
  readonly pick: <const T>(items: readonly [T, ...T[]]) => T;
};

/** Gives all items in turn, in an order that differs each time round. */
export function inTurn<const T>(random: Random, items: readonly [T, ...T[]]): () => T {
  let left: T[] = [];
  return () => {
    if (left.length === 0) left = [...items];
    return left.splice(Math.floor(random.between(0, left.length)), 1)[0] ?? items[0];
  };
}

/** The generator mulberry32. */
export function seeded(seed: number): Random {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
  };
}
