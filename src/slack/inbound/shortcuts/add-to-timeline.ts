// The shortcut `Add to timeline` of a message. Holds no rule.
import { ChannelMessage } from '../channel-messages.ts';
import { incidentOfMessage } from '../incident-here.ts';
import { keepMessage, noIncidentHere, ownMessage } from '../keep-message.ts';
import { defineShortcut } from '../surface.ts';

/** The shortcut. */
export const addToTimeline = defineShortcut({
  name: 'add_to_timeline',
  about: 'put a message into the timeline of the incident',
  right: 'respond',
  async choose({ caller, on, isOwn }, context) {
    const message = ChannelMessage.safeParse(on?.message).data;
    if (on === null || message === undefined) return 'Choose this on a message.';
    const { channelId } = on;
    const threadTs = message.thread_ts ?? null;
    const incident = await incidentOfMessage({ channelId, threadTs }, { ...context, readsFor: () => context.reads });
    if (!incident) return noIncidentHere;
    if (isOwn(message)) return ownMessage;
    return keepMessage({ caller, incident, channelId, message, how: 'shortcut' }, context);
  },
});
