// Facts about how people work on an incident: what they said in its channel, who leads, what others were told, what became of the channel.
// Types may gain optional fields, never lose or rename one.
import { z } from 'zod';
import { eventSchema } from '../event-schema.ts';

/** A message of a channel, by Slack's id of the channel and Slack's time stamp. */
const message = { channelId: z.string(), ts: z.string() };

/** A file that hung on a message: a reference, never its content. */
export const ChatFile = z.object({ name: z.string(), url: z.string().nullable() });
export type ChatFile = z.infer<typeof ChatFile>;

/** Somebody as Slack named him or her at that moment. */
export const ChatAuthor = z.object({ id: z.string(), name: z.string().nullable() });
export type ChatAuthor = z.infer<typeof ChatAuthor>;

/** All of them. */
export const lifeEvents = [
  /** Somebody put a message of the channel into the timeline. `saidAt`: when it was said. `text`: mentions are names, cut where long. */
  eventSchema('chat.kept', {
    ...message,
    saidAt: z.string(),
    author: ChatAuthor,
    text: z.string(),
    permalink: z.string().nullable(),
    files: z.array(ChatFile),
    how: z.enum(['shortcut', 'reaction']),
  }),
  /** A kept message was edited in Slack; `editedAt` is Slack's time stamp of the edit. */
  eventSchema('chat.edited', { ...message, editedAt: z.string(), text: z.string(), by: ChatAuthor.optional() }),
  /** A kept message was deleted in Slack. What it said stays in the timeline. */
  eventSchema('chat.deleted', message),
  /** `from`: who had it until now and hands it over. */
  eventSchema('role.assigned', { role: z.string(), user: z.string(), from: z.string().optional() }),
  /** A private incident: they may know of it from here on. `how`: invited by a member, or they came into its channel. */
  eventSchema('members.joined', { members: z.array(z.string()).min(1), how: z.enum(['invited', 'channel']) }),
  /** A private incident: they may know of it no more. `how`: taken out by a member, or they left its channel. */
  eventSchema('members.left', { members: z.array(z.string()).min(1), how: z.enum(['removed', 'channel']) }),
  /** Nobody has led it for too long; `since` when. */
  eventSchema('role.vacant', { role: z.string(), since: z.string() }),
  /** What people outside are to know of it now. */
  eventSchema('update.given', { text: z.string() }),
  /** Nobody outside has been told anything since then, which is too long for its severity. */
  eventSchema('update.due', { since: z.string() }),
  /** Who leads wants to be asked for an update only then. */
  eventSchema('update.snoozed', { until: z.string() }),
  /** It does no more harm, and is not over. */
  eventSchema('incident.mitigated', { reason: z.string().optional() }),
  /** Nobody writes into its channel any more: it is to be archived. */
  eventSchema('channel.retired', { channelId: z.string() }),
  eventSchema('timeline.exported', { format: z.string(), digest: z.string() }),
] as const;

/** One of them. */
export type LifeEvent = z.infer<(typeof lifeEvents)[number]>;
