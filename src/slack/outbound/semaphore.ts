// A counting semaphore: so much work at once, the rest in the order in which it came. Knows nothing of the work.

/** Does work once there is a place for it; resolves or rejects as the work does. Must not be asked for a place by who holds one. */
export type Semaphore = <T>(work: () => Promise<T>) => Promise<T>;

/** Makes `size` places. */
export function createSemaphore(size: number): Semaphore {
  let free = size;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resume) => waiting.push(resume));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
