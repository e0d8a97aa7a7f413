// How busy Firebreak is: what waits, with the workers there are for it, as a scrape looks it up. Decides nothing but whether work that can wait rests.
import { restsBecause, type WaitingWork } from '../core/load/rest.ts';
import type { Gauges } from '../ports/metrics.ts';

/** Asks how busy it is; null: the database did not answer in time. */
export type ReadLoad = () => Promise<{
  readonly queues: readonly WaitingWork[];
  /** Why work that can wait rests; null: it does not. */
  readonly resting: string | null;
} | null>;

/** Makes it. */
export const createReadLoad =
  (look: () => Promise<Pick<Gauges, 'waiting' | 'workers'> | null>): ReadLoad =>
  async () => {
    const found = await look();
    if (found === null) return null;
    const alive = new Map(found.workers.map(({ pool, alive: count }) => [pool, count]));
    const queues = found.waiting.map((one) => ({ ...one, workers: alive.get(one.pool) ?? 0 }));
    return { queues, resting: restsBecause(queues) };
  };

/** Work that can wait: done unless urgent work waits too long. */
export const unlessBusy =
  (load: ReadLoad, work: () => Promise<void>): (() => Promise<void>) =>
  async () => {
    if ((await load())?.resting == null) await work();
  };
