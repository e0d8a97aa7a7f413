// A message of a channel was edited or deleted: what stands in a timeline of it gets that as an event. New messages mean nothing here, and
// neither does what Firebreak edits itself. Holds no rule.
import { z } from 'zod';
import { systemPrincipal } from '../../../core/authority/principal.ts';
import type { RecordCommand } from '../../../core/incident/command.ts';
import { ChannelMessage } from '../channel-messages.ts';
import { isKept } from '../keep-message.ts';
import { defineEvent, type HeardEvent, type InboundContext } from '../surface.ts';

const Change = z.discriminatedUnion('subtype', [
  z.looseObject({
    subtype: z.literal('message_changed'),
    channel: z.string(),
    ts: z.string(),
    message: ChannelMessage,
  }),
  z.looseObject({
    subtype: z.literal('message_deleted'),
    channel: z.string(),
    deleted_ts: z.string(),
    previous_message: z.looseObject({ user: z.string().optional(), bot_id: z.string().optional() }).optional(),
  }),
]);
type Change = z.infer<typeof Change>;

/** What is to be done about it. */
export const message = defineEvent({
  name: 'message',
  about: 'record that a message of a timeline was edited or deleted',
  async hear({ event, cause, isOwn }, context) {
    const change = Change.safeParse(event).data;
    if (!change || isOwn(writtenBy(change))) return;
    const channelId = change.channel;
    const ts = change.subtype === 'message_changed' ? change.message.ts : change.deleted_ts;
    const incident = await context.readsFor(systemPrincipal).incidentByChannel(channelId);
    if (!incident || !isKept(incident, { channelId, ts })) return;
    const command = await commandFor(change, context);
    const asked = { principal: systemPrincipal, cause, incidentId: incident.id, command };
    const recorded = await context.operations.record(asked);
    if (!recorded.ok)
      throw new Error(`the timeline of #${incident.number} does not take it: ${recorded.error.message}`);
  },
});

const writtenBy = (change: Change): Parameters<HeardEvent['isOwn']>[0] =>
  change.subtype === 'message_changed' ? change.message : (change.previous_message ?? {});

async function commandFor(
  change: Change,
  { channelMessages }: Pick<InboundContext, 'channelMessages'>,
): Promise<RecordCommand> {
  const { channel: channelId } = change;
  if (change.subtype === 'message_deleted') return { type: 'record_chat_deletion', channelId, ts: change.deleted_ts };
  const { ts, text, edited, subtype } = change.message;
  // What had answers in a thread leaves a stone behind.
  if (subtype === 'tombstone') return { type: 'record_chat_deletion', channelId, ts };
  return {
    type: 'record_chat_edit',
    channelId,
    ts,
    editedAt: edited?.ts ?? change.ts,
    text: await channelMessages.words(text),
    by: edited?.user === undefined ? null : await channelMessages.author(edited.user),
  };
}
