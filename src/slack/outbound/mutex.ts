// One process at a time where two would do something twice. Decides nothing.
import type { SlackMessages } from '../../ports/slack-memory.ts';
import type { SleepingClock } from './rate-limiter.ts';

/** How long to wait for whoever is at it. */
const lookMs = 250;

/**
 * Runs `work` while no other process works on the same key, waiting until it may. It holds a connection to the database
 * meanwhile, so it belongs around a call that has its turn and never around the wait for one.
 */
export async function withMutex<T>(
  { messages, clock }: { readonly messages: Pick<SlackMessages, 'exclusively'>; readonly clock: SleepingClock },
  key: string,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const done = await messages.exclusively(key, async () => ({ value: await work() }));
    if (done !== null) return done.value;
    await clock.sleep(lookMs);
  }
}
