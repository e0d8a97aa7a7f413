// How the parts of a process come again and end: periodic work, and stopping in order. Knows no part.
import { schedule } from 'node-cron';
import type { Log } from '../ports/runtime.ts';

/** Stops what was started, the latest first; what does not stop in order is logged and stops nothing else. */
export async function stopAll(stoppers: readonly (() => Promise<unknown>)[], log: Log): Promise<void> {
  for (const stop of [...stoppers].reverse())
    await stop().catch((error) => log.warn({ err: error }, 'a part did not stop in order'));
}

/** Does work by a cron pattern with seconds, never twice at the same time; answers how to stop that. */
export function every(pattern: string, work: () => Promise<void>): () => Promise<void> {
  const task = schedule(pattern, () => void work(), { noOverlap: true });
  return async () => void (await task.stop());
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
