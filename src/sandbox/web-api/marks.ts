// What is put onto messages and channels, and taken off again: pins, bookmarks, reactions.
import { z } from 'zod';
import type { Channel, Message } from '../entities.ts';
import { messageJson } from '../wire.ts';
import { type Answer, type Context, findMessage, isAnswer, type Method, method, ownChannel, refuse } from './method.ts';

const onMessage = z.object({ channel: z.string(), timestamp: z.string() });

/** A message in a channel of the bot's. */
function ownMessage(
  context: Context,
  { channel: id, timestamp }: z.output<typeof onMessage>,
): { readonly channel: Channel; readonly message: Message } | Answer {
  const channel = ownChannel(context, id);
  if (isAnswer(channel)) return channel;
  const message = findMessage(channel, timestamp);
  return message ? { channel, message } : refuse('message_not_found');
}

const pins: { readonly [name: string]: Method } = {
  'pins.add': method(['pins:write'], onMessage, (args, context) => {
    const found = ownMessage(context, args);
    if ('ok' in found) return found;
    const { channel, message } = found;
    if (message.subtype) return refuse('not_pinnable');
    if (channel.pins.has(message.ts)) return refuse('already_pinned');
    channel.pins.add(message.ts);
    context.workspace.touch();
    return { ok: true };
  }),
  'pins.remove': method(['pins:write'], onMessage, (args, context) => {
    const found = ownMessage(context, args);
    if ('ok' in found) return found;
    if (!found.channel.pins.delete(found.message.ts)) return refuse('no_pin');
    context.workspace.touch();
    return { ok: true };
  }),
  'pins.list': method(['pins:read'], z.object({ channel: z.string() }), (args, context) => {
    const channel = ownChannel(context, args.channel);
    if (isAnswer(channel)) return channel;
    const items = channel.messages
      .filter(({ ts }) => channel.pins.has(ts))
      .map((message) => ({
        type: 'message',
        channel: channel.id,
        message: messageJson(context.workspace, channel, message),
      }));
    return { ok: true, items };
  }),
};

const isLink = (link: string) => /^https?:\/\/\S+$/.test(link);
const isEmoji = (emoji: string) => /^:[a-z0-9_+'-]+:$/.test(emoji);
const shown = (bookmark: Channel['bookmarks'][number], channel: Channel) => ({
  ...bookmark,
  channel_id: channel.id,
  type: 'link',
});

const bookmarks: { readonly [name: string]: Method } = {
  'bookmarks.add': method(
    ['bookmarks:write'],
    z.object({
      channel_id: z.string(),
      title: z.string().min(1),
      type: z.literal('link'),
      link: z.string().optional(),
      emoji: z.string().optional(),
    }),
    ({ channel_id, title, link = '', emoji }, context) => {
      const channel = ownChannel(context, channel_id);
      if (isAnswer(channel)) return channel;
      if (!isLink(link)) return refuse('invalid_link');
      if (emoji !== undefined && !isEmoji(emoji)) return refuse('invalid_emoji');
      if (channel.bookmarks.length >= 100) return refuse('too_many_bookmarks');
      const bookmark = { id: context.workspace.nextId('Bk'), title, link, ...(emoji ? { emoji } : {}) };
      channel.bookmarks.push(bookmark);
      context.workspace.touch();
      return { ok: true, bookmark: shown(bookmark, channel) };
    },
  ),
  'bookmarks.edit': method(
    ['bookmarks:write'],
    z.object({
      channel_id: z.string(),
      bookmark_id: z.string(),
      title: z.string().min(1).optional(),
      link: z.string().optional(),
      emoji: z.string().optional(),
    }),
    ({ channel_id, bookmark_id, title, link, emoji }, context) => {
      const channel = ownChannel(context, channel_id);
      if (isAnswer(channel)) return channel;
      const bookmark = channel.bookmarks.find(({ id }) => id === bookmark_id);
      if (!bookmark) return refuse('not_found');
      if (link !== undefined && !isLink(link)) return refuse('invalid_link');
      if (emoji !== undefined && !isEmoji(emoji)) return refuse('invalid_emoji');
      Object.assign(bookmark, title === undefined ? {} : { title }, link === undefined ? {} : { link });
      if (emoji !== undefined) bookmark.emoji = emoji;
      context.workspace.touch();
      return { ok: true, bookmark: shown(bookmark, channel) };
    },
  ),
  'bookmarks.remove': method(
    ['bookmarks:write'],
    z.object({ channel_id: z.string(), bookmark_id: z.string() }),
    ({ channel_id, bookmark_id }, context) => {
      const channel = ownChannel(context, channel_id);
      if (isAnswer(channel)) return channel;
      const at = channel.bookmarks.findIndex(({ id }) => id === bookmark_id);
      if (at < 0) return refuse('not_found');
      channel.bookmarks.splice(at, 1);
      context.workspace.touch();
      return { ok: true };
    },
  ),
  'bookmarks.list': method(['bookmarks:read'], z.object({ channel_id: z.string() }), ({ channel_id }, context) => {
    const channel = ownChannel(context, channel_id);
    if (isAnswer(channel)) return channel;
    return { ok: true, bookmarks: channel.bookmarks.map((bookmark) => shown(bookmark, channel)) };
  }),
};

const onMessageByName = onMessage.extend({ name: z.string() });

const reactions: { readonly [name: string]: Method } = {
  'reactions.add': method(['reactions:write'], onMessageByName, (args, context) => {
    if (!/^[a-z0-9_+'-]+$/.test(args.name)) return refuse('invalid_name');
    const found = ownMessage(context, args);
    if ('ok' in found) return found;
    return context.workspace.react(found.channel, found.message, context.self, args.name)
      ? { ok: true }
      : refuse('already_reacted');
  }),
  'reactions.remove': method(['reactions:write'], onMessageByName, (args, context) => {
    const found = ownMessage(context, args);
    if ('ok' in found) return found;
    return context.workspace.unreact(found.channel, found.message, context.self, args.name)
      ? { ok: true }
      : refuse('no_reaction');
  }),
  'reactions.get': method(['reactions:read'], onMessage, (args, context) => {
    const found = ownMessage(context, args);
    if ('ok' in found) return found;
    const { channel, message } = found;
    return {
      ok: true,
      type: 'message',
      channel: channel.id,
      message: messageJson(context.workspace, channel, message),
    };
  }),
};

/** The methods that put marks on things by name. */
export const marks: { readonly [name: string]: Method } = { ...pins, ...bookmarks, ...reactions };
