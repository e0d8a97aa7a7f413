// What is put onto messages and channels: pins, bookmarks, reactions.
import { z } from 'zod';
import { findMessage, isAnswer, type Method, method, ownChannel, refuse } from './method.ts';

/** The methods that put marks on things by name. */
export const marks: { readonly [name: string]: Method } = {
  'pins.add': method(['pins:write'], z.object({ channel: z.string(), timestamp: z.string() }), (args, context) => {
    const channel = ownChannel(context, args.channel);
    if (isAnswer(channel)) return channel;
    const message = findMessage(channel, args.timestamp);
    if (!message) return refuse('message_not_found');
    if (message.subtype) return refuse('not_pinnable');
    if (channel.pins.has(message.ts)) return refuse('already_pinned');
    channel.pins.add(message.ts);
    context.workspace.touch();
    return { ok: true };
  }),
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
      if (!/^https?:\/\/\S+$/.test(link)) return refuse('invalid_link');
      if (emoji !== undefined && !/^:[a-z0-9_+'-]+:$/.test(emoji)) return refuse('invalid_emoji');
      if (channel.bookmarks.length >= 100) return refuse('too_many_bookmarks');
      const bookmark = { id: context.workspace.nextId('Bk'), title, link, ...(emoji ? { emoji } : {}) };
      channel.bookmarks.push(bookmark);
      context.workspace.touch();
      return { ok: true, bookmark: { ...bookmark, channel_id: channel.id, type: 'link' } };
    },
  ),
  'bookmarks.list': method(['bookmarks:read'], z.object({ channel_id: z.string() }), ({ channel_id }, context) => {
    const channel = ownChannel(context, channel_id);
    if (isAnswer(channel)) return channel;
    const bookmarks = channel.bookmarks.map((one) => ({ ...one, channel_id: channel.id, type: 'link' }));
    return { ok: true, bookmarks };
  }),
  'reactions.add': method(
    ['reactions:write'],
    z.object({ channel: z.string(), timestamp: z.string(), name: z.string() }),
    (args, context) => {
      const channel = ownChannel(context, args.channel);
      if (isAnswer(channel)) return channel;
      if (!/^[a-z0-9_+'-]+$/.test(args.name)) return refuse('invalid_name');
      const message = findMessage(channel, args.timestamp);
      if (!message) return refuse('message_not_found');
      return context.workspace.react(channel, message, context.self, args.name)
        ? { ok: true }
        : refuse('already_reacted');
    },
  ),
};
