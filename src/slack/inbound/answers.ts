// How a person who clicked, typed or sent a form gets an answer: acknowledged in time, answered always, with nothing of our inside.
// No rules.
import type { AckFn, ViewResponseAction } from '@slack/bolt';
import type { Redactor } from '../../core/redact.ts';
import { redactedForm } from '../outbound/redacted.ts';
import { troubleOf } from '../slack-error.ts';
import { faultsByField, saidForm } from '../views/form.ts';
import type { FormAnswer, InboundContext, Reply } from './surface.ts';

/** Slack shows an error after three seconds; by then the person must know that we are at it. */
const acknowledgeWithinMs = 2500;
/** How long the private answer to a form may keep the form open. */
const tellWithinMs = 1000;

const wentWrong = 'That did not work just now. Please try again; the log says what went wrong.';

/** What answering needs. */
type AnswerDeps = Pick<InboundContext, 'log' | 'redact' | 'clock'>;

/** Tells the person alone, where he or she asked. */
export type Respond = (answer: {
  readonly text: string;
  readonly response_type: 'ephemeral';
  readonly replace_original: false;
}) => Promise<unknown>;

/** One thing a person asked for by a command or a button. */
export type Asked = {
  readonly ack: () => Promise<void>;
  readonly respond: Respond;
  /** Does it and says what to answer. */
  readonly work: () => Promise<Reply>;
};

/**
 * Does what was asked and answers the person alone. It is acknowledged once it is durable; if that takes too long, before: the
 * answer then tells whether it counted.
 */
export async function answer({ log, redact, clock }: AnswerDeps, { ack, respond, work }: Asked): Promise<void> {
  const done = work().catch((error: unknown): Reply => {
    log.error({ err: error }, 'what somebody asked for in Slack could not be done');
    return wentWrong;
  });
  await Promise.race([done, clock.sleep(acknowledgeWithinMs)]);
  await ack();
  const text = await done;
  if (text === null) return;
  try {
    await respond({ text: redact.text(text), response_type: 'ephemeral', replace_original: false });
  } catch (error) {
    // What was ordered stands, and the message shows it.
    log.warn({ error: troubleOf(error).message }, 'an answer did not reach the person who asked');
  }
}

/** A form that a person sent. */
export type Sent = {
  readonly ack: AckFn<ViewResponseAction>;
  /** The fields that Slack lets us mark. */
  readonly fields: readonly string[];
  /** Tells the person alone, where the form came from. */
  readonly tell: (text: string) => Promise<unknown>;
  readonly work: () => Promise<FormAnswer>;
};

/** Does what a form asks for. What is refused is said at its fields, what is done in the channel, or where that fails in its place. */
export async function answerForm({ log, redact, clock }: AnswerDeps, { ack, fields, tell, work }: Sent): Promise<void> {
  const done = work().catch((error: unknown): FormAnswer => {
    log.error({ err: error }, 'a form of Slack could not be dealt with');
    return { outcome: 'refused', faults: [{ path: '', message: wentWrong }] };
  });
  const inTime = await Promise.race([done, clock.sleep(acknowledgeWithinMs).then(() => null)]);
  if (inTime) return ack(await acknowledgement(inTime, { fields, redact, tell: told }));
  await ack();
  const late = await done;
  const text = late.outcome === 'refused' ? late.faults.map(({ message }) => message).join(' ') : 'Please ask again.';
  await told(late.outcome === 'done' ? late.text : text);

  /** False if the person surely did not get it. */
  async function told(text: string): Promise<boolean> {
    const sent = tell(redact.text(text)).then(
      () => true,
      (error: unknown) => {
        log.info(
          { error: troubleOf(error).message },
          'a form is answered in its own place: its channel takes no answer',
        );
        return false;
      },
    );
    return Promise.race([sent, clock.sleep(tellWithinMs).then(() => true)]);
  }
}

async function acknowledgement(
  answered: FormAnswer,
  {
    fields,
    redact,
    tell,
  }: {
    readonly fields: readonly string[];
    readonly redact: Redactor;
    readonly tell: (text: string) => Promise<boolean>;
  },
): Promise<ViewResponseAction | undefined> {
  switch (answered.outcome) {
    case 'next':
      return { response_action: 'update', view: redactedForm(answered.view, redact) };
    case 'done':
      return (await tell(answered.text))
        ? undefined
        : { response_action: 'update', view: saidForm(redact.text(answered.text)) };
    case 'refused': {
      const faults = answered.faults.map(({ path, message }) => ({ path, message: redact.text(message) }));
      const text = faults.map(({ message }) => message).join('\n');
      return fields.length > 0
        ? { response_action: 'errors', errors: faultsByField(fields, faults) }
        : { response_action: 'update', view: saidForm(text) };
    }
  }
}
