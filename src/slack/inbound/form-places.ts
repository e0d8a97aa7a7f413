// Opens forms: within three seconds of the click or the command that asks for one. Where it takes longer to know what a form says, an
// empty one keeps its place, so that no trigger is lost to a slow database. Knows no form by name.
import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Redactor } from '../../core/redact.ts';
import type { Log } from '../../ports/runtime.ts';
import type { SleepingClock } from '../outbound/rate-limiter.ts';
import { redactedForm } from '../outbound/redacted.ts';
import { isPlatformError, troubleOf } from '../slack-error.ts';
import { saidForm, waitingForm } from '../views/form.ts';
import type { Reply } from './reply.ts';

/** An opened form, as Slack names it. `hash`: of what it shows, so that nothing newer is overwritten; empty: unknown. */
type OpenedForm = { readonly id: string; readonly hash: string };

/** What keeping places needs. */
export type FormPlacesDeps = {
  readonly client: WebClient;
  readonly redact: Redactor;
  readonly clock: SleepingClock;
  readonly log: Log;
};

/** Opens forms and keeps their place. */
export type FormPlaces = {
  /** Opens a form, or fills the empty one of its trigger; answers what to tell, null if the form is there. */
  readonly open: (triggerId: string, view: ModalView) => Promise<Reply>;
  /**
   * Does what a person asked for. If it takes long, an empty form is opened with the trigger; what is answered in the end stands there.
   * @param triggerId null: it opens no form
   */
  readonly during: (triggerId: string | null, work: () => Promise<Reply>) => Promise<Reply>;
  /** Changes an opened form; its answer is false where the form is gone, as when somebody has closed it. */
  readonly replacer: (form: OpenedForm) => ReplaceForm;
};

/** Shows another view in the place of a form. */
export type ReplaceForm = (view: ModalView) => Promise<boolean>;

/** An answer that is there by then needs no empty form before it, which would only flicker. */
const quickMs = 400;

/** Slack's codes of a trigger that is used up; a guide of Slack spells two of them otherwise. */
const tooLate = ['expired_trigger_id', 'exchanged_trigger_id', 'trigger_expired', 'trigger_exchanged'];
/** Slack's codes of a form that is closed, or that shows something else by now. */
const gone = ['not_found', 'view_not_found', 'hash_conflict'];

const lost = 'That took too long for Slack to open a form. Please ask again.';
const closed = 'You closed the form before it was filled. Nothing was done.';
const wentWrong = 'That did not work just now. Nothing was changed; please ask again.';

/** Opens the empty form of a trigger; null where Slack does not, and the answer is told without one. */
async function openEmpty({ client, log }: FormPlacesDeps, triggerId: string): Promise<OpenedForm | null> {
  try {
    const { view } = await client.views.open({ trigger_id: triggerId, view: waitingForm() });
    return view?.id ? { id: view.id, hash: view.hash ?? '' } : null;
  } catch (error) {
    log.warn({ error: troubleOf(error).message }, 'no form could be opened to keep the place of another');
    return null;
  }
}

async function replace(
  { client, redact }: FormPlacesDeps,
  { id, hash }: OpenedForm,
  view: ModalView,
): Promise<boolean> {
  try {
    const shown = redactedForm(view, redact);
    await client.views.update({ view_id: id, view: shown, ...(hash === '' ? {} : { hash }) });
    return true;
  } catch (error) {
    if (!isPlatformError(error, gone)) throw error;
    return false;
  }
}

/** What is answered without a form of its own stands in the empty one; false: there is none, or it is closed. */
async function fill(deps: FormPlacesDeps, empty: OpenedForm | null, text: string): Promise<boolean> {
  if (empty === null) return false;
  return replace(deps, empty, saidForm(text)).catch((error: unknown) => {
    deps.log.warn({ error: troubleOf(error).message }, 'an empty form could not be filled');
    return false;
  });
}

/** Makes them. */
export function createFormPlaces(deps: FormPlacesDeps): FormPlaces {
  const { client, redact, clock } = deps;
  /** Triggers that are used: with the empty form, or null where the form itself was opened. */
  const used = new Map<string, Promise<OpenedForm | null>>();
  /** Triggers of what is under way. */
  const underWay = new Set<string>();

  async function open(triggerId: string, view: ModalView): Promise<Reply> {
    const empty = await used.get(triggerId);
    if (empty) return (await replace(deps, empty, view)) ? null : closed;
    used.set(triggerId, Promise.resolve(null));
    try {
      await client.views.open({ trigger_id: triggerId, view: redactedForm(view, redact) });
      return null;
    } catch (error) {
      if (!isPlatformError(error, tooLate)) throw error;
      return lost;
    } finally {
      if (!underWay.has(triggerId)) used.delete(triggerId);
    }
  }

  async function during(triggerId: string, work: () => Promise<Reply>): Promise<Reply> {
    underWay.add(triggerId);
    const done = work();
    const over = done.then(
      () => true,
      () => true,
    );
    const isQuick = await Promise.race([over, clock.sleep(quickMs).then(() => false)]);
    // A form that is being opened needs none to keep its place.
    if (!isQuick && !used.has(triggerId)) used.set(triggerId, openEmpty(deps, triggerId));
    try {
      const reply = await done;
      const empty = (await used.get(triggerId)) ?? null;
      return reply !== null && (await fill(deps, empty, reply)) ? null : reply;
    } catch (error) {
      await fill(deps, (await used.get(triggerId)) ?? null, wentWrong);
      throw error;
    } finally {
      underWay.delete(triggerId);
      used.delete(triggerId);
    }
  }

  return {
    open,
    replacer: (form) => (view) => replace(deps, form, view),
    during: (triggerId, work) => (triggerId === null ? work() : during(triggerId, work)),
  };
}
