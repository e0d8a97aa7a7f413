// What is due when, in simulated time: the earliest first, and of the same instant in the order in which it was set. Runs nothing.

/** Timers by name; setting one again replaces it. */
export type Timers = {
  /** `at` null: it is no longer due. */
  readonly set: (name: string, at: string | null) => void;
  /** Takes the earliest that is due by an instant; null: none is. */
  readonly next: (by: string) => { readonly name: string; readonly at: string } | null;
};

type Entry = { readonly name: string; readonly at: string; readonly n: number };

const isBefore = (a: Entry, b: Entry): boolean => (a.at === b.at ? a.n < b.n : a.at < b.at);

/** No timers yet. A binary heap; what was replaced stays in it until its turn, and is passed over then. */
export function createTimers(): Timers {
  const heap: Entry[] = [];
  const current = new Map<string, Entry>();
  let count = 0;

  function push(entry: Entry): void {
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const above = (i - 1) >> 1;
      const parent = heap[above];
      if (!parent || !isBefore(entry, parent)) break;
      heap[i] = parent;
      i = above;
    }
    heap[i] = entry;
  }

  function pop(): void {
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let i = 0;
    for (;;) {
      const left = heap[2 * i + 1];
      const right = heap[2 * i + 2];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const least = isRight ? right : left;
      if (!least || !isBefore(least, last)) break;
      heap[i] = least;
      i = 2 * i + (isRight ? 2 : 1);
    }
    heap[i] = last;
  }

  return {
    set(name, at) {
      if (current.get(name)?.at === at) return;
      if (at === null) {
        current.delete(name);
        return;
      }
      count += 1;
      const entry = { name, at, n: count };
      current.set(name, entry);
      push(entry);
    },
    next(by) {
      for (let first = heap[0]; first && first.at <= by; first = heap[0]) {
        pop();
        if (current.get(first.name) !== first) continue;
        current.delete(first.name);
        return { name: first.name, at: first.at };
      }
      return null;
    },
  };
}
