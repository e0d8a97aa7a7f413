// How the parts of a process come again and end: periodic work, and stopping in order. Knows no part.
import { schedule } from 'node-cron';
import type { Log } from '../ports/runtime.ts';

/** Stops what was started, the latest first; what does not stop in order is logged and stops nothing else. */
export async function stopAll(stoppers: readonly (() => Promise<unknown>)[], log: Log): Promise<void> {
  for (const stop of [...stoppers].reverse())
    await stop().catch((error) => log.warn({ err: error }, 'a part did not stop in order'));
}

/** How often it is looked whether the clock was set, in milliseconds: well within a second, the shortest time between two beats. */
const lookEveryMs = 250;
/** The wall clock and the monotonic one move apart by this, in milliseconds, between two looks only if the clock was set or the machine slept. */
const setByMs = 1000;

/**
 * Does work by a cron pattern with seconds; answers how to stop that. node-cron counts by the wall clock: where that is set back, it would
 * rest until the next time it has told, and where it is set ahead, it would go through every time between, for seconds in which this process
 * does nothing else. So it is started anew in both cases. Nothing waits for work that is slow: the next time comes beside it, so that one that
 * hangs does not stop the beats for good; what must not be done twice at a time has to guard itself.
 */
export function every(pattern: string, work: () => Promise<void>): () => Promise<void> {
  const task = schedule(pattern, () => void work(), { suppressMissedWarning: true });
  let apart = Date.now() - performance.now();
  const watch = setInterval(() => {
    const before = apart;
    apart = Date.now() - performance.now();
    if (Math.abs(apart - before) < setByMs) return;
    void task.stop();
    void task.start();
  }, lookEveryMs);
  watch.unref();
  return async () => {
    clearInterval(watch);
    await task.stop();
  };
}

/** Work that is done again and again: a failure is logged and the next time is another chance. */
export function guarded(log: Log, work: () => Promise<void>): () => Promise<void> {
  return async () => {
    try {
      await work();
    } catch (error) {
      log.warn(
        { error: error instanceof Error ? error.message : String(error) },
        'periodic work failed; it is done again soon',
      );
    }
  };
}
