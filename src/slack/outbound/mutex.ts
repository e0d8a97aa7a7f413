// A mutex across processes, by advisory locks of the database. Decides nothing.
import type { SlackMessages, StillHeld } from '../../ports/slack-memory.ts';
import type { SleepingClock } from './rate-limiter.ts';

/** The pause between two tries for the lock. */
const retryMs = 250;

/**
 * Runs `work` while no other process works on the same key, waiting until it may. It holds a connection to the database
 * meanwhile, so it belongs around a call that the rate limiter has let go and never around the wait for that.
 */
export async function withMutex<T>(
  { messages, clock }: { readonly messages: Pick<SlackMessages, 'exclusively'>; readonly clock: SleepingClock },
  key: string,
  work: (stillHeld: StillHeld) => Promise<T>,
): Promise<T> {
  for (;;) {
    const done = await messages.exclusively(key, async (stillHeld) => ({ value: await work(stillHeld) }));
    if (done !== null) return done.value;
    await clock.sleep(retryMs);
  }
}
