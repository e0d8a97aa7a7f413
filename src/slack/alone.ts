// One process at a time where two would do something twice. Decides nothing.
import type { SlackMessages } from '../ports.ts';
import type { Clock } from './pace.ts';

/** How long to wait for whoever is at it. */
const lookMs = 250;

/**
 * Runs `work` while no other process works on the same key, waiting until it may. It holds a connection to the database
 * meanwhile, so it belongs around a call that has its turn and never around the wait for one.
 */
export async function alone<T>(
  { messages, clock }: { readonly messages: Pick<SlackMessages, 'exclusively'>; readonly clock: Clock },
  key: string,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const done = await messages.exclusively(key, async () => ({ value: await work() }));
    if (done !== null) return done.value;
    await clock.sleep(lookMs);
  }
}
