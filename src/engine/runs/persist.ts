// Keeps a result while the database is away: work is tried again with growing pauses. Decides nothing about the result.
import { setTimeout as pause } from 'node:timers/promises';
import { RecordFaultError } from '../../core/timeline/record-fault.ts';
import type { Log } from '../../ports/runtime.ts';

/** A result that cannot be written down is kept and tried again this long, with pauses up to `maxPauseMs`. */
const keepResultMs = 10 * 60_000;
const firstPauseMs = 50;
const maxPauseMs = 2000;

/** Does work until it succeeds. Rejects with its error once `stopping` or after ten minutes. */
export type Persist = <T>(work: () => Promise<T>) => Promise<T>;

/** Makes it; `stopping` is asked before each further try. */
export const createPersist =
  ({ log, stopping }: { readonly log: Log; readonly stopping: () => boolean }): Persist =>
  async (work) => {
    for (let waitedMs = 0, pauseMs = firstPauseMs; ; waitedMs += pauseMs, pauseMs = Math.min(2 * pauseMs, maxPauseMs)) {
      try {
        return await work();
      } catch (error) {
        // No further try mends it.
        if (error instanceof RecordFaultError || stopping() || waitedMs >= keepResultMs) throw error;
        log.warn({ error: String(error) }, 'the database does not answer; a step waits for it');
        await pause(pauseMs);
      }
    }
  };
