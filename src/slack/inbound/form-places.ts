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
import type { Reply } from './surface.ts';

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
const wentWrong = 'That did not work just now. Nothing was changed; please ask again.';

/** Makes them. */
export function createFormPlaces({ client, redact, clock, log }: FormPlacesDeps): FormPlaces {
  /** Triggers that are used: with the empty form, or null where the form itself was opened. */
  const used = new Map<string, Promise<OpenedForm | null>>();
  /** Triggers of what is under way. */
  const underWay = new Set<string>();

  async function openEmpty(triggerId: string): Promise<OpenedForm | null> {
    try {
      const { view } = await client.views.open({ trigger_id: triggerId, view: waitingForm() });
      return view?.id ? { id: view.id, hash: view.hash ?? '' } : null;
    } catch (error) {
      // The answer is told without a form then.
      log.warn({ error: troubleOf(error).message }, 'no form could be opened to keep the place of another');
      return null;
    }
  }

  const replacer =
    ({ id, hash }: OpenedForm): ReplaceForm =>
    async (view) => {
      try {
        const shown = redactedForm(view, redact);
        await client.views.update({ view_id: id, view: shown, ...(hash === '' ? {} : { hash }) });
        return true;
      } catch (error) {
        if (!isPlatformError(error, gone)) throw error;
        return false;
      }
    };

  async function open(triggerId: string, view: ModalView): Promise<Reply> {
    const empty = await used.get(triggerId);
    if (empty)
      return (await replacer(empty)(view)) ? null : 'You closed the form before it was filled. Nothing was done.';
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

  /** What is answered without a form of its own stands in the empty one; a form that is closed leaves it to be told. */
  async function fill(empty: OpenedForm | null, text: string): Promise<boolean> {
    if (empty === null) return false;
    return replacer(empty)(saidForm(redact.text(text))).catch((error: unknown) => {
      log.warn({ error: troubleOf(error).message }, 'an empty form could not be filled');
      return false;
    });
  }

  return {
    open,
    replacer,
    async during(triggerId, work) {
      if (triggerId === null) return work();
      underWay.add(triggerId);
      const done = work();
      const over = done.then(
        () => true,
        () => true,
      );
      const isQuick = await Promise.race([over, clock.sleep(quickMs).then(() => false)]);
      // A form that is being opened needs none to keep its place.
      if (!isQuick && !used.has(triggerId)) used.set(triggerId, openEmpty(triggerId));
      try {
        const reply = await done;
        const empty = (await used.get(triggerId)) ?? null;
        return reply !== null && (await fill(empty, reply)) ? null : reply;
      } catch (error) {
        await fill((await used.get(triggerId)) ?? null, wentWrong);
        throw error;
      } finally {
        underWay.delete(triggerId);
        used.delete(triggerId);
      }
    },
  };
}
