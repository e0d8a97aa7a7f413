// How a person who clicked or typed gets an answer: acknowledged in time, answered always, with nothing of our inside. No rules.
import type { RespondFn } from '@slack/bolt';
import type { Redactor } from '../../core/redact.ts';
import type { Log } from '../../ports/runtime.ts';
import type { SleepingClock } from '../outbound/rate-limiter.ts';
import { troubleOf } from '../slack-error.ts';

/** Slack shows an error after three seconds; by then the person must know that we are at it. */
const acknowledgeWithinMs = 2500;

/** What answering needs. */
export type AnswerDeps = { readonly log: Log; readonly redact: Redactor; readonly clock: SleepingClock };

/** One thing a person asked for. */
export type Asked = {
  readonly ack: () => Promise<void>;
  readonly respond: RespondFn;
  /** Does it and says what to answer; an empty text says that the answer was given otherwise. */
  readonly work: () => Promise<string>;
};

/**
 * Does what was asked and answers the person alone. It is acknowledged once it is durable; if that takes too long, before: the
 * answer then tells whether it counted.
 */
export async function answer({ log, redact, clock }: AnswerDeps, { ack, respond, work }: Asked): Promise<void> {
  const done = work().catch((error: unknown) => {
    log.error({ err: error }, 'what somebody asked for in Slack could not be done');
    return 'That did not work just now. Please try again; the log says what went wrong.';
  });
  await Promise.race([done, clock.sleep(acknowledgeWithinMs)]);
  await ack();
  const text = redact.text(await done);
  if (text === '') return;
  try {
    await respond({ text, response_type: 'ephemeral', replace_original: false });
  } catch (error) {
    // What was ordered stands, and the message shows it.
    log.warn({ error: troubleOf(error).message }, 'an answer did not reach the person who asked');
  }
}
