// conversations.* that only read: history and threads, lists of channels and members.
import { z } from 'zod';
import type { Channel, Message } from '../entities.ts';
import { channelJson, messageJson } from '../wire.ts';
import {
  type Answer,
  type Context,
  count,
  findChannel,
  findMessage,
  flag,
  type Method,
  method,
  micros,
  page,
  refuse,
} from './method.ts';

const historyScopes = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];
const readScopes = ['channels:read', 'groups:read', 'im:read', 'mpim:read'];
const range = {
  channel: z.string(),
  limit: count(1, 999).default(100),
  cursor: z.string().optional(),
  oldest: z.string().optional(),
  latest: z.string().optional(),
  inclusive: flag.optional(),
  include_all_metadata: flag.optional(),
};
type Range = z.output<z.ZodObject<typeof range>>;

/** The messages within the range, or Slack's complaint about its ends. */
function within(messages: readonly Message[], { oldest = '0', latest, inclusive = false }: Range): Message[] | string {
  const from = micros(oldest);
  const to = latest === undefined || latest === '' ? null : micros(latest);
  if (from === null) return 'invalid_ts_oldest';
  if (to === null && latest) return 'invalid_ts_latest';
  return messages.filter(({ ts }) => {
    const at = micros(ts) ?? 0n;
    return inclusive ? at >= from && (to === null || at <= to) : at > from && (to === null || at < to);
  });
}

function listed(context: Context, channel: Channel, messages: readonly Message[], args: Range): Answer {
  const found = page(messages, args.limit, args.cursor);
  if (!found) return refuse('invalid_cursor');
  const shown = found.items.map((message) =>
    messageJson(context.workspace, channel, message, args.include_all_metadata === true),
  );
  return {
    ok: true,
    messages: shown,
    has_more: found.next !== '',
    pin_count: channel.pins.size,
    response_metadata: { next_cursor: found.next },
  };
}

/** A channel whose messages the bot may read. */
function readable(context: Context, wanted: string): Channel | string {
  const channel = findChannel(context, wanted);
  if (!channel) return 'channel_not_found';
  return channel.members.has(context.self) ? channel : 'not_in_channel';
}

const history = method(historyScopes, z.object(range), (args, context) => {
  const channel = readable(context, args.channel);
  if (typeof channel === 'string') return refuse(channel);
  const found = within(
    channel.messages.filter(({ threadTs, broadcast, onlyFor }) => onlyFor === undefined && (!threadTs || broadcast)),
    args,
  );
  return typeof found === 'string' ? refuse(found) : listed(context, channel, found.reverse(), args);
});

const replies = method(historyScopes, z.object({ ...range, ts: z.string() }), (args, context) => {
  const channel = readable(context, args.channel);
  if (typeof channel === 'string') return refuse(channel);
  const parent = findMessage(channel, args.ts);
  if (!parent) return refuse('thread_not_found');
  const found = within(
    channel.messages.filter(({ threadTs, onlyFor }) => onlyFor === undefined && threadTs === parent.ts),
    args,
  );
  return typeof found === 'string' ? refuse(found) : listed(context, channel, [parent, ...found], args);
});

const info = method(readScopes, z.object({ channel: z.string() }), (args, context) => {
  const channel = findChannel(context, args.channel);
  return channel ? { ok: true, channel: channelJson(channel, context.self) } : refuse('channel_not_found');
});

const list = method(
  readScopes,
  z.object({
    types: z.string().default('public_channel'),
    exclude_archived: flag.optional(),
    limit: count(1, 1000).default(100),
    cursor: z.string().optional(),
  }),
  (args, { workspace, self }) => {
    const types = args.types.split(',').map((type) => type.trim());
    const known = ['public_channel', 'private_channel', 'im', 'mpim'];
    if (types.some((type) => !known.includes(type))) return refuse('invalid_types');
    const fitting = [...workspace.channels.values()].filter(
      ({ kind, archived, members }) =>
        types.includes(kind === 'public' || kind === 'private' ? `${kind}_channel` : kind) &&
        (kind === 'public' || members.has(self)) &&
        !(args.exclude_archived && archived),
    );
    const found = page(fitting, args.limit, args.cursor);
    if (!found) return refuse('invalid_cursor');
    const channels = found.items.map((channel) => channelJson(channel, self));
    return { ok: true, channels, response_metadata: { next_cursor: found.next } };
  },
);

const members = method(
  readScopes,
  z.object({ channel: z.string(), limit: count(1, 1000).default(100), cursor: z.string().optional() }),
  (args, context) => {
    const channel = findChannel(context, args.channel);
    if (!channel) return refuse('channel_not_found');
    const found = page([...channel.members], args.limit, args.cursor);
    if (!found) return refuse('invalid_cursor');
    return { ok: true, members: found.items, response_metadata: { next_cursor: found.next } };
  },
);

/** The methods of conversations.* that read by name. */
export const conversationReads: { readonly [name: string]: Method } = {
  'conversations.history': history,
  'conversations.replies': replies,
  'conversations.info': info,
  'conversations.list': list,
  'conversations.members': members,
};
