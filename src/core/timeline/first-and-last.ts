// A list that keeps its beginning and its end, however long it becomes. What it keeps depends on what was added alone. Pure.

type Bounds = { readonly first: number; readonly last: number };

/** Such a list. */
export type FirstAndLast<T> = {
  readonly add: (item: T) => void;
  /** Puts another item in the place of the last one; nothing where there is none. */
  readonly replaceLast: (item: T) => void;
  readonly last: () => T | undefined;
  /** What is kept, in order, and how many items in between are not. */
  readonly kept: () => { readonly items: readonly T[]; readonly omitted: number };
};

/** Keeps `first` items of the beginning and `last` of the end; `omitted` are gone already. Memory: twice as many, whatever is added. */
export function firstAndLast<T>({ first, last }: Bounds, omitted = 0): FirstAndLast<T> {
  let items: T[] = [];
  let dropped = omitted;
  return {
    add(item) {
      items.push(item);
      if (items.length <= 2 * (first + last)) return;
      dropped += items.length - first - last;
      items = [...items.slice(0, first), ...items.slice(-last)];
    },
    replaceLast(item) {
      if (items.length > 0) items[items.length - 1] = item;
    },
    last: () => items.at(-1),
    kept() {
      const beyond = Math.max(0, items.length - first - last);
      const kept = beyond === 0 ? items.slice() : [...items.slice(0, first), ...items.slice(-last)];
      return { items: kept, omitted: dropped + beyond };
    },
  };
}

/** At most `max` of these, the beginning and the end of them. */
export function cutMiddle<T>(
  all: readonly T[],
  max: number,
): { readonly items: readonly T[]; readonly omitted: number } {
  if (all.length <= max) return { items: all, omitted: 0 };
  const first = Math.floor(max / 2);
  return { items: [...all.slice(0, first), ...all.slice(first - max)], omitted: all.length - max };
}
