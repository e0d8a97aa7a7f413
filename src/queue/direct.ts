// Jobs done in this process without the queue: what was committed here is begun here at once, and while the queue is away everything is.
// Best effort like the queue itself: the reconciler finds what is left out.
import type { Log } from '../ports/runtime.ts';

/** Jobs at once, and jobs that wait for their time; more are left to the reconciler. */
const mostAtOnce = 100;
const mostLater = 10_000;

/** Does jobs directly. */
export type Direct = {
  /** Takes a job; equal ones that come while it is done are done as one after it. */
  readonly take: (key: string, work: () => Promise<void>, delayMs: number) => void;
  /** Takes no more. Resolves when nothing is under way. */
  readonly stop: () => Promise<void>;
};

/** Does jobs directly. */
export function createDirect(log: Log): Direct {
  const underWay = new Map<string, { again: boolean; readonly ended: Promise<void> }>();
  const later = new Map<string, NodeJS.Timeout>();
  let stopped = false;

  async function perform(key: string, work: () => Promise<void>): Promise<void> {
    do {
      const entry = underWay.get(key);
      if (entry) entry.again = false;
      await work().catch((error: unknown) =>
        log.error({ err: error, job: key }, 'a job failed; the reconciler will try again'),
      );
    } while (!stopped && underWay.get(key)?.again === true);
    underWay.delete(key);
  }

  function begin(key: string, work: () => Promise<void>): void {
    const same = underWay.get(key);
    if (same) {
      same.again = true;
      return;
    }
    if (stopped || underWay.size >= mostAtOnce) return;
    // Begun a turn later, so that it stands in the map when it looks there.
    const ended = Promise.resolve().then(() => perform(key, work));
    underWay.set(key, { again: false, ended });
  }

  return {
    take(key, work, delayMs) {
      if (stopped) return;
      if (delayMs <= 0) return begin(key, work);
      if (later.size >= mostLater && !later.has(key)) return;
      clearTimeout(later.get(key));
      const timer = setTimeout(() => {
        later.delete(key);
        begin(key, work);
      }, delayMs);
      later.set(key, timer.unref());
    },
    async stop() {
      stopped = true;
      for (const timer of later.values()) clearTimeout(timer);
      await Promise.all([...underWay.values()].map(({ ended }) => ended));
    },
  };
}
