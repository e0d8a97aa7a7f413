// Wakes the workers of a running Firebreak through the queue. Best effort and bounded in time: the reconciler finds what this misses.
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../config/environment.ts';
import { realRuntime } from '../../platform/runtime.ts';
import type { Log } from '../../ports/runtime.ts';
import type { Wakeups } from '../../ports/work.ts';
import { openQueue } from '../../queue/open.ts';

const patienceMs = 2000;
/** What is due later is found by the reconciler in time. */
const soonMs = 1000;

/** Wake-ups that are sent in the background, and a wait until they are. */
export type BackgroundWakeups = { readonly wakeups: Wakeups; readonly sent: () => Promise<void> };

/** What tells where the queue is; `alone`: no Firebreak can be running. */
type Place = {
  readonly config: Pick<Config, 'redisUrl'>;
  readonly store: { readonly url: string };
  readonly log: Log;
  readonly alone: boolean;
};

/** Wakes nothing where no Firebreak can be running; else opens the queue with the first wake-up. */
export function createBackgroundWakeups({ config, store, log, alone }: Place): BackgroundWakeups {
  const runs: Parameters<Wakeups['wakeRun']>[0][] = [];
  async function send(): Promise<void> {
    const quiet = log.child({}, { level: 'silent' });
    const queue = await openQueue(
      { redisUrl: config.redisUrl, databaseUrl: store.url },
      { runtime: realRuntime, log: quiet, report: () => undefined },
    );
    await queue.looked();
    for (const run of runs) await queue.wakeups.wakeRun(run, 0);
    await queue.close();
  }
  return {
    wakeups: {
      async wakeRun(run, delayMs) {
        if (!alone && delayMs < soonMs) runs.push(run);
      },
      wakeIntake: () => undefined,
      // The running Firebreak looks for incidents that Slack was not told of.
      wakeNotifier: () => undefined,
    },
    async sent() {
      if (runs.length === 0) return;
      const patience = new AbortController();
      await Promise.race([send(), delay(patienceMs, undefined, { signal: patience.signal })]).catch(() => undefined);
      patience.abort();
    },
  };
}
