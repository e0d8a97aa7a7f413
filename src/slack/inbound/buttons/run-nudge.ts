// The button Nudge of a run that is overdue: reminds those who can unblock it. Holds no rule.
import { isId } from '../../../core/ids.ts';
import { defineButton } from '../surface.ts';
import { unknownButton } from '../words.ts';

/** The button. */
export const runNudge = defineButton({
  name: 'run_nudge',
  about: 'remind those who can unblock a run',
  right: 'respond',
  async press({ value, caller, channelId }, { nudge }) {
    if (typeof value !== 'string' || !isId('run', value)) return unknownButton;
    return nudge(value, channelId, caller);
  },
});
