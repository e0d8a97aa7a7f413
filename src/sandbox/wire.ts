// How the things of the workspace look in Slack's answers and payloads. Pure; changes nothing.
import type { Channel, File, Message, SlackObject, User, View } from './entities.ts';
import { slackbot, type Workspace } from './workspace.ts';

/** A person as `users.info` shows them; the address needs its own scope. */
export function userJson(user: User, withEmail: boolean): SlackObject {
  return {
    id: user.id,
    name: user.name,
    real_name: user.realName,
    deleted: user.deleted,
    is_bot: user.isBot,
    is_app_user: false,
    tz: 'Etc/UTC',
    tz_offset: 0,
    profile: {
      real_name: user.realName,
      display_name: user.name,
      title: user.title,
      ...(withEmail && !user.isBot ? { email: user.email } : {}),
    },
  };
}

/** A channel as `conversations.*` show it to `self`. */
export function channelJson(channel: Channel, self: string): SlackObject {
  if (channel.kind === 'im') {
    const other = [...channel.members].find((id) => id !== self) ?? self;
    return { id: channel.id, is_im: true, user: other, is_archived: channel.archived };
  }
  const isPrivate = channel.kind !== 'public';
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !isPrivate,
    is_group: isPrivate,
    is_im: false,
    is_mpim: channel.kind === 'mpim',
    is_private: isPrivate,
    is_archived: channel.archived,
    is_general: channel.name === 'general',
    created: Math.floor(channel.createdMs / 1000),
    creator: channel.creator,
    is_member: channel.members.has(self),
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: channel.purpose, creator: '', last_set: 0 },
    num_members: channel.members.size,
  };
}

/** A file; its address serves the bytes to this machine. */
export function fileJson(file: File, base: string): SlackObject {
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    size: file.size,
    user: file.uploader,
    mode: 'hosted',
    url_private: `${base}/files/${file.id}`,
    url_private_download: `${base}/files/${file.id}`,
    channels: file.channels,
  };
}

const filesOf = ({ files, site }: Workspace, ids: readonly string[]) =>
  ids.flatMap((id) => {
    const file = files.get(id);
    return file ? [fileJson(file, site.origin)] : [];
  });

/** A message as it stands in an answer. `metadata` is shown only to who asks for it. */
export function messageJson(
  workspace: Workspace,
  channel: Channel,
  message: Message,
  withMetadata = false,
): SlackObject {
  const { bot, team } = workspace;
  const replies = channel.messages.filter(({ threadTs, onlyFor }) => threadTs === message.ts && onlyFor === undefined);
  const subtype = message.subtype ?? (message.broadcast ? 'thread_broadcast' : undefined);
  return {
    type: 'message',
    ...(subtype === undefined ? {} : { subtype }),
    user: message.user,
    text: message.text,
    ts: message.ts,
    team: team.id,
    ...(message.user === bot.userId
      ? { bot_id: bot.botId, app_id: bot.appId, bot_profile: { id: bot.botId, app_id: bot.appId, name: bot.name } }
      : message.user === slackbot || message.subtype
        ? {}
        : { client_msg_id: `00000000-0000-4000-8000-${message.ts.replace(/\D/g, '').slice(-12)}` }),
    ...(message.blocks ? { blocks: message.blocks } : {}),
    ...(message.attachments ? { attachments: message.attachments } : {}),
    ...(message.inviter ? { inviter: message.inviter } : {}),
    ...(message.files ? { files: filesOf(workspace, message.files) } : {}),
    ...(message.threadTs
      ? {
          thread_ts: message.threadTs,
          parent_user_id: channel.messages.find(({ ts }) => ts === message.threadTs)?.user,
        }
      : {}),
    ...(replies.length > 0
      ? {
          thread_ts: message.ts,
          reply_count: replies.length,
          reply_users: [...new Set(replies.map(({ user }) => user))],
          latest_reply: replies.at(-1)?.ts,
        }
      : {}),
    ...(message.reactions.length > 0
      ? { reactions: message.reactions.map(({ name, users }) => ({ name, users: [...users], count: users.length })) }
      : {}),
    ...(withMetadata && message.metadata ? { metadata: message.metadata } : {}),
    ...(message.edited ? { edited: { user: message.user, ts: message.edited } } : {}),
  };
}

/** A view as the app gets it back. */
export function viewJson(workspace: Workspace, entry: View): SlackObject {
  const { team, bot } = workspace;
  const { view, id, hash, rootId, previousId, values } = entry;
  return {
    private_metadata: '',
    callback_id: '',
    external_id: '',
    title: null,
    submit: null,
    close: null,
    clear_on_close: false,
    notify_on_close: false,
    ...view,
    id,
    team_id: team.id,
    hash,
    state: { values },
    root_view_id: rootId,
    previous_view_id: previousId,
    app_id: bot.appId,
    app_installed_team_id: team.id,
    bot_id: bot.botId,
  };
}

/** Who did something, as payloads name them. */
export function actorJson(workspace: Workspace, user: string): SlackObject {
  const name = workspace.users.get(user)?.name ?? '';
  return { id: user, username: name, name, team_id: workspace.team.id };
}

/** `channel_type` of events. */
export const channelType = ({ kind }: Channel): string =>
  ({ public: 'channel', private: 'group', im: 'im', mpim: 'mpim' })[kind];
