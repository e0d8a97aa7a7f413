// Somebody opens the app: its Home tab is shown as it is now. Holds no rule.
import { z } from 'zod';
import { troubleOf } from '../../slack-error.ts';
import { defineEvent } from '../surface.ts';

const Opened = z.looseObject({ user: z.string(), tab: z.literal('home') });

/** What is to be done about it. */
export const appHomeOpened = defineEvent({
  name: 'app_home_opened',
  about: 'show the Home tab',
  async hear({ event }, { home, log }) {
    const opened = Opened.safeParse(event).data;
    if (!opened) return;
    // Whoever opens it again asks again: Slack need not.
    await home(opened.user).catch((error: unknown) =>
      log.warn({ user: opened.user, error: troubleOf(error).message }, 'the Home tab could not be shown'),
    );
  },
});
