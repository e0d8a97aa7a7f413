// The shortcut that declares an incident, wherever somebody is in Slack. Holds no rule.
import { declareForm, declareModal } from '../../views/declare-modal.ts';
import { defineShortcut } from '../surface.ts';

/** The shortcut. */
export const declare = defineShortcut({
  name: declareForm,
  about: 'open an incident by hand',
  right: 'respond',
  choose: ({ triggerId }, { openForm }) => openForm(triggerId, declareModal({ channelId: '' })),
});
