// How a person who clicked, typed or sent a form gets an answer: acknowledged in time, answered always, with nothing of our inside.
// No rules.
import type { AckFn, ViewResponseAction } from '@slack/bolt';
import type { Redactor } from '../../core/redact.ts';
import { redactedForm } from '../outbound/redacted.ts';
import { troubleOf } from '../slack-error.ts';
import { faultsByField, saidForm, waitingForm } from '../views/form.ts';
import type { ReplaceForm } from './form-places.ts';
import type { FormAnswer, InboundContext, Reply } from './surface.ts';

/** Slack shows an error three seconds after it sent something; by then the person must know that we are at it. */
const acknowledgeWithinMs = 2500;

/** What is left of that time, in milliseconds: admitting a request has taken some of it. */
const timeLeft = (clock: AnswerDeps['clock'], cameAtMs: number | null): number =>
  cameAtMs === null
    ? acknowledgeWithinMs
    : Math.max(0, Math.min(acknowledgeWithinMs, acknowledgeWithinMs - (clock.nowMs() - cameAtMs)));
/** Slack needs this long to show what a form was acknowledged with; what is shown before would be overwritten. */
const settleMs = 500;
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
  /** When it came, in epoch milliseconds; null: now. */
  readonly cameAtMs: number | null;
  readonly respond: Respond;
  /** Does it and says what to answer. */
  readonly work: () => Promise<Reply>;
};

/**
 * Does what was asked and answers the person alone. It is acknowledged once it is durable; if that takes too long, before: the
 * answer then tells whether it counted.
 */
export async function answer(
  { log, redact, clock }: AnswerDeps,
  { ack, cameAtMs, respond, work }: Asked,
): Promise<void> {
  const done = work().catch((error: unknown): Reply => {
    log.error({ err: error }, 'what somebody asked for in Slack could not be done');
    return wentWrong;
  });
  await Promise.race([done, clock.sleep(timeLeft(clock, cameAtMs))]);
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
  /** When it came, in epoch milliseconds; null: now. */
  readonly cameAtMs: number | null;
  /** The fields that Slack lets us mark. */
  readonly fields: readonly string[];
  /** Tells the person alone, where the form came from. */
  readonly tell: (text: string) => Promise<unknown>;
  /** Shows another view in the place of the form once it is acknowledged. */
  readonly replace: ReplaceForm;
  readonly work: () => Promise<FormAnswer>;
};

/**
 * Does what a form asks for. What is refused is said at its fields, what is done in the channel, or where that fails in its place. Where
 * it takes long, the form says so, and shows in the end what came of it.
 */
export async function answerForm(
  { log, redact, clock }: AnswerDeps,
  { ack, cameAtMs, fields, tell, replace, work }: Sent,
): Promise<void> {
  const done = work().catch((error: unknown): FormAnswer => {
    log.error({ err: error }, 'a form of Slack could not be dealt with');
    return { outcome: 'refused', faults: [{ path: '', message: wentWrong }] };
  });
  const inTime = await Promise.race([done, clock.sleep(timeLeft(clock, cameAtMs)).then(() => null)]);
  if (inTime) return ack(await acknowledgement(inTime, { fields, redact, tell: told }));
  await ack({ response_action: 'update', view: waitingForm() });
  const [late] = await Promise.all([done, clock.sleep(settleMs)]);
  const text = lateWords(late);
  const isShown = await replace(late.outcome === 'next' ? late.view : saidForm(redact.text(text))).catch(
    (error: unknown) => {
      log.warn({ error: troubleOf(error).message }, 'a form could not show what came of it');
      return false;
    },
  );
  if (!isShown) await told(text);

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

/** What is said of an answer that came late. */
function lateWords(late: FormAnswer): string {
  switch (late.outcome) {
    case 'done':
      return late.text;
    case 'next':
      return 'Please ask again.';
    case 'refused':
      return late.faults.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('\n');
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
