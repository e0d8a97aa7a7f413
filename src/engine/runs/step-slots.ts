// A counting semaphore for the steps that one process performs at the same time. Knows nothing of steps.

/** The semaphore. A place is held by work until it ends. */
export type StepSlots = {
  /** Places that are free right now. */
  readonly free: () => number;
  /** Counts work that has begun until it ends; it must not reject. */
  readonly take: (work: Promise<void>) => void;
  /** Resolves with the number of free places, at least one; with 1 once closed. */
  readonly room: () => Promise<number>;
  /** Ends every wait for a place, now and later. */
  readonly close: () => void;
  /** Resolves when nothing is under way. */
  readonly idle: () => Promise<void>;
};

/** Makes `size` places. */
export function createStepSlots(size: number): StepSlots {
  const working = new Set<Promise<void>>();
  const waiting: (() => void)[] = [];
  let closed = false;
  // All waits, not one: the one that goes on may find nothing to start, and must not keep the others waiting for ever.
  const wakeAll = () => {
    for (const resume of waiting.splice(0)) resume();
  };
  const free = () => Math.max(0, size - working.size);
  return {
    free,
    take(work) {
      const tracked = work.finally(() => {
        working.delete(tracked);
        wakeAll();
      });
      working.add(tracked);
    },
    async room() {
      while (!closed && working.size >= size) await new Promise<void>((resolve) => waiting.push(resolve));
      return Math.max(1, free());
    },
    close() {
      closed = true;
      wakeAll();
    },
    async idle() {
      while (working.size > 0) await Promise.allSettled([...working]);
    },
  };
}
