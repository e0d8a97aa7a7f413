// conversations.* that change something: making channels, bringing people in, naming what they are about.
import { z } from 'zod';
import type { Channel } from '../entities.ts';
import { channelJson } from '../wire.ts';
import { type Context, findChannel, flag, isAnswer, type Method, method, ownChannel, refuse } from './method.ts';

const manage = ['channels:manage', 'groups:write'];

/** Why a channel cannot have this name. `own` is the channel that is to have it, if it is there already. */
function nameProblem({ workspace }: Context, name: string, own: Channel | null): string | null {
  if (name === '') return 'invalid_name_required';
  if (name.length > 80) return 'invalid_name_maxlength';
  if (!/^[a-z0-9_-]+$/.test(name)) return 'invalid_name_specials';
  if (/^[_-]+$/.test(name)) return 'invalid_name_punctuation';
  // Archived channels keep their names.
  const others = [...workspace.channels.values()].filter((channel) => channel !== own && channel.kind !== 'im');
  return others.some((channel) => channel.name === name) ? 'name_taken' : null;
}

const create = method(
  manage,
  z.object({ name: z.string().default(''), is_private: flag.optional() }),
  ({ name, is_private }, context) => {
    const { workspace, self } = context;
    const wrong = nameProblem(context, name, null);
    if (wrong !== null) return refuse(wrong);
    const channel = workspace.createChannel(is_private ? 'private' : 'public', name, self);
    workspace.join(channel, self, null);
    return { ok: true, channel: channelJson(channel, self) };
  },
);

/** Why one person cannot be brought into a channel. */
function inviteProblem({ workspace, self }: Context, channel: Channel, id: string): string | null {
  const user = workspace.users.get(id);
  if (id === self) return 'cant_invite_self';
  if (!user) return 'user_not_found';
  if (channel.members.has(id)) return 'already_in_channel';
  return user.deleted ? 'cant_invite' : null;
}

const invite = method(
  [...manage, 'channels:write.invites', 'groups:write.invites'],
  z.object({ channel: z.string(), users: z.string().min(1), force: flag.optional() }),
  (args, context) => {
    const channel = ownChannel(context, args.channel);
    if (isAnswer(channel)) return channel;
    const wanted = [...new Set(args.users.split(',').map((id) => id.trim()))];
    if (wanted.length > 100)
      return refuse('invalid_arguments', ['[ERROR] no more than 100 users [json-pointer:/users]']);
    const errors = wanted.flatMap((user) => {
      const error = inviteProblem(context, channel, user);
      return error ? [{ user, ok: false, error }] : [];
    });
    const valid = wanted.filter((id) => !errors.some(({ user }) => user === id));
    const [first] = errors;
    // Without `force` one bad name keeps everybody out.
    if (first && (!args.force || valid.length === 0)) return refuse(first.error, [], { errors });
    for (const user of valid) context.workspace.join(channel, user, context.self);
    return { ok: true, channel: channelJson(channel, context.self), ...(first ? { errors } : {}) };
  },
);

const join = method(['channels:join'], z.object({ channel: z.string() }), (args, context) => {
  const channel = findChannel(context, args.channel);
  if (!channel) return refuse('channel_not_found');
  if (channel.kind !== 'public') return refuse('method_not_supported_for_channel_type');
  if (channel.archived) return refuse('is_archived');
  const isMember = channel.members.has(context.self);
  if (!isMember) context.workspace.join(channel, context.self, null);
  const warning = { warning: 'already_in_channel', response_metadata: { warnings: ['already_in_channel'] } };
  return { ok: true, channel: channelJson(channel, context.self), ...(isMember ? warning : {}) };
});

/** Topic and purpose differ in their names only. */
const describe = (what: 'topic' | 'purpose'): Method =>
  method(
    [...manage, 'channels:write.topic', 'groups:write.topic'],
    z.object({ channel: z.string(), [what]: z.string() }),
    (args, context) => {
      const channel = ownChannel(context, String(args.channel));
      if (isAnswer(channel)) return channel;
      const value = String(args[what]);
      if (value.length > 250) return refuse('too_long');
      if (channel[what] !== value) {
        channel[what] = value;
        const text = `<@${context.self}> set the channel ${what === 'topic' ? 'topic' : 'description'}: ${value}`;
        context.workspace.post(channel, { user: context.self, text, subtype: `channel_${what}` });
      }
      return { ok: true, channel: channelJson(channel, context.self) };
    },
  );

const archive = method(manage, z.object({ channel: z.string() }), (args, context) => {
  const channel = findChannel(context, args.channel);
  if (!channel) return refuse('channel_not_found');
  if (channel.archived) return refuse('already_archived');
  if (channel.name === 'general') return refuse('cant_archive_general');
  if (!channel.members.has(context.self)) return refuse('not_in_channel');
  context.workspace.archive(channel, context.self);
  return { ok: true };
});

const kick = method(
  [...manage, 'groups:write.invites'],
  z.object({ channel: z.string(), user: z.string() }),
  (args, context) => {
    const channel = ownChannel(context, args.channel);
    if (isAnswer(channel)) return channel;
    if (args.user === context.self) return refuse('cant_kick_self');
    if (!context.workspace.users.has(args.user)) return refuse('user_not_found');
    if (!channel.members.has(args.user)) return refuse('not_in_channel');
    if (channel.name === 'general') return refuse('cant_kick_from_general');
    context.workspace.leave(channel, args.user);
    return { ok: true, errors: {} };
  },
);

const leave = method([...manage, 'channels:join'], z.object({ channel: z.string() }), (args, context) => {
  const channel = findChannel(context, args.channel);
  if (!channel) return refuse('channel_not_found');
  if (channel.archived) return refuse('is_archived');
  if (channel.name === 'general') return refuse('cant_leave_general');
  if (!channel.members.has(context.self)) return { ok: true, not_in_channel: true };
  context.workspace.leave(channel, context.self);
  return { ok: true };
});

const rename = method(manage, z.object({ channel: z.string(), name: z.string() }), (args, context) => {
  const channel = ownChannel(context, args.channel);
  if (isAnswer(channel)) return channel;
  const wrong = nameProblem(context, args.name, channel);
  if (wrong !== null) return refuse(wrong);
  channel.name = args.name;
  context.workspace.touch();
  return { ok: true, channel: channelJson(channel, context.self) };
});

const open = method(
  ['im:write', 'mpim:write', 'channels:manage', 'groups:write'],
  z.object({ users: z.string().optional(), channel: z.string().optional(), return_im: flag.optional() }),
  (args, context) => {
    const { workspace, self } = context;
    if (args.channel !== undefined) {
      const known = findChannel(context, args.channel);
      return known
        ? { ok: true, no_op: true, already_open: true, channel: channelJson(known, self) }
        : refuse('channel_not_found');
    }
    const users = (args.users ?? '').split(',').filter(Boolean);
    if (users.length === 0) return refuse('users_list_not_supplied');
    if (users.length > 8) return refuse('too_many_users');
    if (users.some((id) => !workspace.users.has(id))) return refuse('user_not_found');
    if (users.some((id) => workspace.users.get(id)?.deleted)) return refuse('user_disabled');
    const { channel, isNew } = workspace.directChannel([self, ...users]);
    const shown = args.return_im ? channelJson(channel, self) : { id: channel.id };
    return { ok: true, ...(isNew ? {} : { no_op: true, already_open: true }), channel: shown };
  },
);

/** The methods of conversations.* that change something by name. */
export const conversations: { readonly [name: string]: Method } = {
  'conversations.create': create,
  'conversations.invite': invite,
  'conversations.join': join,
  'conversations.setTopic': describe('topic'),
  'conversations.setPurpose': describe('purpose'),
  'conversations.archive': archive,
  'conversations.kick': kick,
  'conversations.leave': leave,
  'conversations.rename': rename,
  'conversations.open': open,
};
