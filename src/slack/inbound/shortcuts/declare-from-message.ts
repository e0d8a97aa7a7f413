// The shortcut that declares an incident from a message, which is the first entry that people find in its timeline. Holds no rule.
import { declareModal } from '../../views/declare-modal.ts';
import { ChannelMessage } from '../channel-messages.ts';
import { defineShortcut } from '../surface.ts';

/** The shortcut. */
export const declareFromMessage = defineShortcut({
  name: 'declare_from_message',
  about: 'open an incident from a message',
  right: 'respond',
  async choose({ on, triggerId }, { openForm, channelMessages }) {
    const message = ChannelMessage.safeParse(on?.message).data;
    if (on === null || message === undefined) return 'Choose this on a message.';
    const { channelId } = on;
    // No name is looked up: the form must be there within three seconds.
    const [title = ''] = channelMessages.unnamed(message.text).split('\n');
    return openForm(triggerId, declareModal({ channelId, title, message: { channelId, ts: message.ts } }));
  },
});
