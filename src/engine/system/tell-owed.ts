// Tells what was recorded and not told: the process may have died between the two, or Slack was away. The stream itself is the list of what
// is owed; how far it was told is noted. Decides nothing.
import { systemStreamId } from '../../core/system/events.ts';
import { elapsedMs } from '../../core/time.ts';
import type { EnginePorts } from '../engine-ports.ts';
import type { TellSystem } from './tell-system.ts';

/** What it needs. */
export type TellOwedParts = {
  readonly ports: Pick<EnginePorts, 'events' | 'slackMessages' | 'runtime' | 'log'>;
  readonly tell: TellSystem;
};

/** What is older than this is no news: it was recorded while there was no Slack, or by a version that noted nothing. */
const newsMs = 7 * 24 * 60 * 60_000;
/** After a try that failed, in milliseconds. */
const againMs = 15_000;

/** Makes the work of a timer, for a process that has Slack: one look at what is owed. A look that finds another under way does nothing. */
export function createTellOwed({ ports, tell }: TellOwedParts): () => Promise<void> {
  const { events, slackMessages, runtime, log } = ports;
  let isLooking = false;
  let notBeforeMs = Number.NEGATIVE_INFINITY;

  async function look(messages: NonNullable<typeof slackMessages>): Promise<void> {
    const upTo = await messages.announcedUpTo();
    let told = upTo;
    try {
      for await (const event of events.readStream(systemStreamId, upTo + 1)) {
        const isNews = elapsedMs(event.at, new Date(runtime.nowMs()).toISOString()) <= newsMs;
        if (isNews) await tell(event);
        told = event.seq;
      }
    } catch (error) {
      notBeforeMs = runtime.nowMs() + againMs;
      log.warn({ err: error, seq: told + 1 }, 'what happened could not be announced; it is tried again');
    }
    if (told > upTo) await messages.noteAnnounced(told);
  }

  return async () => {
    const now = runtime.nowMs();
    // A clock that was set back must not make the wait last.
    const waits = now < notBeforeMs && notBeforeMs - now <= againMs;
    if (slackMessages === null || isLooking || waits) return;
    isLooking = true;
    try {
      await look(slackMessages);
    } finally {
      isLooking = false;
    }
  };
}
