// Slack's Web API methods on the stand-in workspace, with Slack's own error codes. Transport is server.ts.
import { checkBlocks } from './block-limits.ts';
import type { Channel, Message, Workspace } from './workspace.ts';

export type Args = { readonly [name: string]: unknown };
export type Answer = { readonly ok: boolean; readonly error?: string; readonly [key: string]: unknown };
type Method = (args: Args, self: string) => Answer;

const no = (error: string, messages: readonly string[] = []): Answer =>
  messages.length > 0 ? { ok: false, error, response_metadata: { messages } } : { ok: false, error };
const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** Slack's timestamps are strings; this is how a message looks in an answer. */
function shown(workspace: Workspace, message: Message, withMetadata = false) {
  const { ts, user, text: said, blocks, threadTs, metadata, edited, subtype } = message;
  const isBot = workspace.users.get(user)?.isBot === true;
  return {
    type: 'message',
    ...(subtype ? { subtype } : {}),
    user,
    ts,
    text: said,
    ...(blocks ? { blocks } : {}),
    ...(threadTs ? { thread_ts: threadTs } : {}),
    ...(isBot ? { bot_id: workspace.bot.botId, app_id: workspace.bot.appId } : {}),
    ...(withMetadata && metadata ? { metadata } : {}),
    ...(edited ? { edited: { user, ts } } : {}),
  };
}

/** What a consumer of events must be told. */
export type Happening = {
  readonly type: 'message' | 'message_changed' | 'member_joined_channel';
  readonly channel: Channel;
  readonly message?: Message;
  readonly previous?: Message;
  readonly user?: string;
};

/** The methods by name. */
export function createWebApi(
  workspace: Workspace,
  options: {
    readonly fileUrl: (id: string) => string;
    readonly happened: (happening: Happening) => void;
    readonly takeTrigger: (id: string) => { user: string } | string;
  },
): { readonly [method: string]: Method } {
  const { channels, users, touch } = workspace;
  const asChannel = (channel: Channel) => ({
    id: channel.id,
    name: channel.name,
    is_channel: true,
    is_private: false,
    is_archived: channel.archived,
    creator: channel.creator,
    topic: { value: channel.topic },
    is_member: channel.members.has(workspace.bot.userId),
    num_members: channel.members.size,
  });

  /** The channel of a posting method, or why it may not be posted to. */
  function postable(args: Args, self: string): Channel | Answer {
    const channel =
      channels.get(text(args.channel)) ??
      [...channels.values()].find(({ name }) => `#${name}` === args.channel || name === args.channel);
    if (!channel) return no('channel_not_found');
    if (channel.archived) return no('is_archived');
    return channel.members.has(self) ? channel : no('not_in_channel');
  }

  function content(args: Args, maxBlocks = 50): Answer | null {
    if (!text(args.text) && !args.blocks) return no('no_text');
    if (text(args.text).length > 40_000) return no('msg_too_long');
    const problems = args.blocks === undefined ? [] : checkBlocks(args.blocks, maxBlocks);
    return problems.length > 0 ? no('invalid_blocks', problems) : null;
  }

  const find = (channel: Channel, ts: unknown) =>
    channel.messages.find((message) => message.ts === ts && message.onlyFor === undefined);
  const list = (messages: readonly Message[], args: Args) => {
    const limit = Math.min(Number(args.limit ?? 100) || 100, 999);
    const metadata = args.include_all_metadata === true || args.include_all_metadata === 'true';
    return {
      ok: true,
      messages: messages.slice(0, limit).map((message) => shown(workspace, message, metadata)),
      has_more: messages.length > limit,
      response_metadata: { next_cursor: '' },
    };
  };
  const openView: Method = (args) => {
    const trigger = options.takeTrigger(text(args.trigger_id));
    if (typeof trigger === 'string') return no(trigger);
    const view = args.view as Record<string, unknown>;
    const problems = checkBlocks(view?.blocks, 100);
    if (text((view?.title as { text?: string })?.text).length > 24)
      problems.push('[ERROR] must be less than 25 characters [json-pointer:/view/title/text]');
    if (text(view?.private_metadata).length > 3000)
      problems.push('[ERROR] must be less than 3001 characters [json-pointer:/view/private_metadata]');
    if (problems.length > 0) return no('invalid_arguments', problems);
    const id = workspace.nextId('V');
    const entry = { id, user: trigger.user, view, hash: `${workspace.nextTs()}.${id}` };
    workspace.views.set(id, entry);
    touch();
    return { ok: true, view: { ...view, id, hash: entry.hash, team_id: workspace.team.id, state: { values: {} } } };
  };

  return {
    'auth.test': (_args, self) => ({
      ok: true,
      url: 'https://sandbox.slack.com/',
      team: 'Sandbox',
      user: users.get(self)?.name,
      team_id: workspace.team.id,
      user_id: self,
      bot_id: workspace.bot.botId,
    }),
    'team.info': () => ({ ok: true, team: { id: workspace.team.id, name: 'Sandbox', domain: workspace.team.domain } }),
    'chat.postMessage'(args, self) {
      const channel = postable(args, self);
      if ('ok' in channel) return channel;
      const problem = content(args);
      if (problem) return problem;
      const threadTs = text(args.thread_ts) || undefined;
      const message: Message = {
        ts: workspace.nextTs(),
        user: self,
        text: text(args.text),
        ...(Array.isArray(args.blocks) && args.blocks.length > 0 ? { blocks: args.blocks } : {}),
        ...(threadTs ? { threadTs } : {}),
        ...(args.metadata ? { metadata: args.metadata } : {}),
      };
      channel.messages.push(message);
      options.happened({ type: 'message', channel, message });
      touch();
      return { ok: true, channel: channel.id, ts: message.ts, message: shown(workspace, message) };
    },
    'chat.update'(args, self) {
      const channel = postable(args, self);
      if ('ok' in channel) return channel;
      const message = find(channel, args.ts);
      if (!message) return no('message_not_found');
      if (message.user !== self) return no('cant_update_message');
      const problem = content(args);
      if (problem) return problem;
      const previous = { ...message };
      if (args.text !== undefined) {
        message.text = text(args.text);
        // Slack: text without blocks removes the blocks.
        delete message.blocks;
      }
      if (Array.isArray(args.blocks) && args.blocks.length > 0) message.blocks = args.blocks;
      else message.edited = true;
      if (args.metadata) message.metadata = args.metadata;
      options.happened({ type: 'message_changed', channel, message, previous });
      touch();
      return { ok: true, channel: channel.id, ts: message.ts, text: message.text, message: shown(workspace, message) };
    },
    'chat.postEphemeral'(args, self) {
      const channel = postable(args, self);
      if ('ok' in channel) return channel;
      if (!channel.members.has(text(args.user))) return no('user_not_in_channel');
      const problem = content(args);
      if (problem) return problem;
      const message: Message = {
        ts: workspace.nextTs(),
        user: self,
        text: text(args.text),
        onlyFor: text(args.user),
        ...(Array.isArray(args.blocks) ? { blocks: args.blocks } : {}),
      };
      channel.messages.push(message);
      touch();
      return { ok: true, message_ts: message.ts };
    },
    'chat.delete'(args, self) {
      const channel = postable(args, self);
      if ('ok' in channel) return channel;
      const message = find(channel, args.ts);
      if (!message) return no('message_not_found');
      if (message.user !== self) return no('cant_delete_message');
      channel.messages.splice(channel.messages.indexOf(message), 1);
      touch();
      return { ok: true, channel: channel.id, ts: message.ts };
    },
    'chat.getPermalink': (args) => ({
      ok: true,
      channel: args.channel,
      permalink: `https://sandbox.slack.com/archives/${text(args.channel)}/p${text(args.message_ts).replace('.', '')}`,
    }),
    'conversations.create'(args, self) {
      const name = text(args.name);
      if (name === '') return no('invalid_name_required');
      if (name.length > 80) return no('invalid_name_maxlength');
      if (!/^[a-z0-9_-]+$/.test(name)) return no('invalid_name_specials');
      if ([...channels.values()].some((channel) => channel.name === name)) return no('name_taken');
      const channel = workspace.createChannel(name, self);
      touch();
      return { ok: true, channel: asChannel(channel) };
    },
    'conversations.invite'(args, self) {
      const channel = postable(args, self);
      if ('ok' in channel) return channel;
      const wanted = text(args.users).split(',').filter(Boolean);
      if (wanted.includes(self)) return no('cant_invite_self');
      const unknown = wanted.filter((user) => !users.has(user));
      if (unknown.length > 0 && args.force !== true && args.force !== 'true') return no('user_not_found');
      const fresh = wanted.filter((user) => users.has(user) && !channel.members.has(user));
      if (fresh.length === 0) return no('already_in_channel');
      for (const user of fresh) {
        channel.members.add(user);
        options.happened({ type: 'member_joined_channel', channel, user });
      }
      touch();
      return { ok: true, channel: asChannel(channel) };
    },
    'conversations.join'(args, self) {
      const channel = channels.get(text(args.channel));
      if (!channel) return no('channel_not_found');
      if (channel.archived) return no('is_archived');
      channel.members.add(self);
      return { ok: true, channel: asChannel(channel) };
    },
    'conversations.setTopic'(args, self) {
      const channel = postable(args, self);
      if ('ok' in channel) return channel;
      if (text(args.topic).length > 250) return no('too_long');
      channel.topic = text(args.topic);
      touch();
      return { ok: true, channel: asChannel(channel) };
    },
    'conversations.archive'(args) {
      const channel = channels.get(text(args.channel));
      if (!channel) return no('channel_not_found');
      if (channel.archived) return no('already_archived');
      channel.archived = true;
      touch();
      return { ok: true };
    },
    'conversations.info'(args) {
      const channel = channels.get(text(args.channel));
      return channel ? { ok: true, channel: asChannel(channel) } : no('channel_not_found');
    },
    'conversations.list': () => ({
      ok: true,
      channels: [...channels.values()].map(asChannel),
      response_metadata: { next_cursor: '' },
    }),
    'conversations.members'(args) {
      const channel = channels.get(text(args.channel));
      return channel
        ? { ok: true, members: [...channel.members], response_metadata: { next_cursor: '' } }
        : no('channel_not_found');
    },
    'conversations.history'(args, self) {
      const channel = channels.get(text(args.channel));
      if (!channel) return no('channel_not_found');
      if (!channel.members.has(self)) return no('not_in_channel');
      const inclusive = args.inclusive === true || args.inclusive === 'true';
      const { latest, oldest } = args as { latest?: string; oldest?: string };
      const within = channel.messages.filter(
        ({ ts, threadTs, onlyFor }) =>
          threadTs === undefined &&
          onlyFor === undefined &&
          (!latest || ts < latest || (inclusive && ts === latest)) &&
          (!oldest || ts > oldest || (inclusive && ts === oldest)),
      );
      return list([...within].reverse(), args);
    },
    'conversations.replies'(args) {
      const channel = channels.get(text(args.channel));
      if (!channel) return no('channel_not_found');
      const parent = find(channel, args.ts);
      if (!parent) return no('thread_not_found');
      return list([parent, ...channel.messages.filter(({ threadTs }) => threadTs === parent.ts)], args);
    },
    'users.info'(args) {
      const user = users.get(text(args.user));
      return user
        ? {
            ok: true,
            user: { id: user.id, name: user.name, real_name: user.realName, is_bot: user.isBot, deleted: user.deleted },
          }
        : no('user_not_found');
    },
    'users.list': () => ({
      ok: true,
      members: [...users.values()].map(({ id, name, isBot, deleted }) => ({ id, name, is_bot: isBot, deleted })),
    }),
    'usergroups.list': () => ({
      ok: true,
      usergroups: [...workspace.groups.values()].map(({ id, handle }) => ({ id, handle, name: handle })),
    }),
    'usergroups.users.list'(args) {
      const group = workspace.groups.get(text(args.usergroup));
      return group ? { ok: true, users: group.users } : no('no_such_subteam');
    },
    'views.open': openView,
    'views.update'(args) {
      const entry = workspace.views.get(text(args.view_id));
      if (!entry) return no('not_found');
      if (args.hash !== undefined && args.hash !== entry.hash) return no('hash_conflict');
      entry.view = args.view as Record<string, unknown>;
      entry.hash = `${workspace.nextTs()}.${entry.id}`;
      touch();
      return { ok: true, view: { ...entry.view, id: entry.id, hash: entry.hash } };
    },
    'pins.add': () => ({ ok: true }),
    'bookmarks.add': () => ({ ok: true, bookmark: {} }),
    'reactions.add': () => ({ ok: true }),
    'files.getUploadURLExternal'(args) {
      if (!(Number(args.length) > 0)) return no('missing_argument');
      const id = workspace.nextId('F');
      workspace.files.set(id, { id, name: text(args.filename), content: Buffer.alloc(0), channels: [] });
      return { ok: true, file_id: id, upload_url: options.fileUrl(id) };
    },
    'files.completeUploadExternal'(args, self) {
      const wanted = (args.files ?? []) as { id: string; title?: string }[];
      const found = wanted.map(({ id }) => workspace.files.get(id)).filter((file) => file !== undefined);
      if (found.length !== wanted.length) return no('file_not_found');
      const channel = args.channel_id === undefined ? undefined : channels.get(text(args.channel_id));
      if (args.channel_id !== undefined && !channel) return no('channel_not_found');
      for (const file of found) {
        if (!channel) continue;
        file.channels.push(channel.id);
        channel.messages.push({
          ts: workspace.nextTs(),
          user: self,
          text: `file: ${file.name}`,
          subtype: 'file_share',
        });
      }
      touch();
      return { ok: true, files: found.map(({ id, name }) => ({ id, title: name })) };
    },
  };
}
