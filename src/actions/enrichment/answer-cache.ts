// Answers that are remembered for a while: bounded in number and in size, what was used longest ago goes first. Asks nobody.

/** Entries at most, and what they hold together, in characters. */
const maxEntries = 10_000;
const maxSize = 8_000_000;

type Entry<T> = { readonly value: T; readonly untilMs: number; readonly size: number };

/** Makes an empty one on a clock that never goes back. */
export function createAnswerCache<T>(nowMs: () => number) {
  // A map keeps the order in which keys came in: the first is the one that was used longest ago.
  const entries = new Map<string, Entry<T>>();
  let held = 0;
  const drop = (key: string) => {
    held -= entries.get(key)?.size ?? 0;
    entries.delete(key);
  };
  return {
    /** What is remembered; undefined: nothing, or no longer. */
    get(key: string): T | undefined {
      const found = entries.get(key);
      if (found === undefined) return undefined;
      if (found.untilMs <= nowMs()) {
        drop(key);
        return undefined;
      }
      entries.delete(key);
      entries.set(key, found);
      return found.value;
    },
    put(key: string, value: T, { forMs, size }: { readonly forMs: number; readonly size: number }): void {
      drop(key);
      if (forMs <= 0) return;
      const weight = size + key.length;
      entries.set(key, { value, untilMs: nowMs() + forMs, size: weight });
      held += weight;
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries && held <= maxSize) break;
        drop(oldest);
      }
    },
  };
}
