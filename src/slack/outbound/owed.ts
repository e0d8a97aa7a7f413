// What Slack owes people: ends that were not told, messages that were refused. Has them told again, now and then. Decides nothing.

import type { Log } from '../../ports/runtime.ts';
import type { SlackMessages } from '../../ports/slack-memory.ts';
import type { SleepingClock } from './rate-limiter.ts';

/** Looked at this often, in milliseconds. */
const againMs = 60_000;
const most = 200;

/** To be called often: has the incidents told again that owe something. What belongs to no incident is seen to by whoever tells it. */
export function createOwed({
  messages,
  clock,
  log,
}: {
  readonly messages: Pick<SlackMessages, 'owed'>;
  readonly clock: Pick<SleepingClock, 'nowMs'>;
  readonly log: Log;
}): (notify: (incidentId: string) => Promise<void>) => Promise<void> {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  return async (notify) => {
    if (clock.nowMs() - lookedAtMs < againMs) return;
    lookedAtMs = clock.nowMs();
    for (const incidentId of new Set((await messages.owed(most)).map((one) => one.incidentId)))
      notify(incidentId).catch((error: unknown) => {
        log.warn({ err: error, incidentId }, 'what is owed of an incident could not be told; it is tried again');
      });
  };
}
