// The button Release of a message about a halt: asks once more. Holds no rule.
import { askRelease } from '../ask-release.ts';
import { defineButton } from '../surface.ts';
import { unknownButton } from '../words.ts';

/** The button. */
export const haltRelease = defineButton({
  name: 'halt_release',
  about: 'lift the halt of the message',
  right: 'operate',
  opensForm: true,
  async press({ value, caller, channelId, triggerId }, context) {
    if (typeof value !== 'string' || value === '') return unknownButton;
    return askRelease({ scope: value, caller, channelId, triggerId }, context);
  },
});
