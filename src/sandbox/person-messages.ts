// What a person does with messages: write, change, delete, react, share a file, read; each is told to the app as an event.
import type { Channel, Message } from './entities.ts';
import type { PersonActions } from './types.ts';
import type { Workspace } from './workspace.ts';

/** The channel of that id as this person has it; throws if there is none, or none for them: private ones are for members. */
export function channelOf({ channels }: Workspace, user: string, id: string): Channel {
  const channel = channels.get(id);
  if (!channel) throw new Error(`there is no channel ${id}`);
  if (channel.kind !== 'public' && !channel.members.has(user)) throw new Error(`${user} does not belong to ${id}`);
  return channel;
}

/** The message of that `ts`; throws if there is none. */
export function messageOf(channel: Channel, ts: string): Message {
  const message = channel.messages.find((candidate) => candidate.ts === ts);
  if (!message) throw new Error(`there is no message ${ts} in #${channel.name}`);
  return message;
}

/** Text as Slack's client sends it: marks of its own stay, names become mentions, `&<>` are escaped. */
export function typed({ users, groups, channels }: Workspace, text: string): string {
  return text
    .split(/(<[@#!][^<>]+>)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')))
    .join('')
    .replace(/(?<![\w<])([@#])([a-z0-9._-]+)/g, (whole, mark: string, name: string) => {
      if (mark === '#') {
        const channel = [...channels.values()].find((one) => one.name === name && one.kind === 'public');
        return channel ? `<#${channel.id}|${channel.name}>` : whole;
      }
      if (name === 'here' || name === 'channel') return `<!${name}>`;
      const user = [...users.values()].find((one) => one.name === name);
      const group = [...groups.values()].find(({ handle }) => handle === name);
      return user ? `<@${user.id}>` : group ? `<!subteam^${group.id}|@${group.handle}>` : whole;
    });
}

/** What people do with messages. */
export function createPersonMessages(workspace: Workspace) {
  /** Whoever writes is no more than a person that may. */
  const writer = (user: string) => {
    if (workspace.users.get(user)?.deleted) throw new Error(`${user} is deactivated`);
    return user;
  };
  const own = (user: string, channel: Channel, ts: string): Message => {
    const message = messageOf(channel, ts);
    if (message.user !== user) throw new Error(`the message ${ts} is not of ${user}`);
    return message;
  };
  const person: Pick<
    PersonActions,
    'postAs' | 'editAs' | 'deleteAs' | 'react' | 'unreact' | 'shareFile' | 'joinAs' | 'readAs'
  > = {
    postAs(user, channelId, text, threadTs) {
      const said = typed(workspace, text);
      const channel = channelOf(workspace, writer(user), channelId);
      return workspace.post(channel, { user, text: said, ...(threadTs ? { threadTs } : {}) }).ts;
    },
    editAs({ user, channel: channelId, ts, text }) {
      const channel = channelOf(workspace, writer(user), channelId);
      workspace.edit(channel, own(user, channel, ts), (changed) => {
        changed.text = typed(workspace, text);
        changed.edited = workspace.nextTs();
      });
    },
    deleteAs({ user, channel: channelId, ts }) {
      const channel = channelOf(workspace, writer(user), channelId);
      workspace.remove(channel, own(user, channel, ts));
    },
    react(user, channelId, ts, name) {
      const channel = channelOf(workspace, writer(user), channelId);
      workspace.react(channel, messageOf(channel, ts), user, name);
    },
    unreact(user, channelId, ts, name) {
      const channel = channelOf(workspace, writer(user), channelId);
      workspace.unreact(channel, messageOf(channel, ts), user, name);
    },
    shareFile({ user, channel: channelId, name, content, text = '', threadTs }) {
      const channel = channelOf(workspace, writer(user), channelId);
      const id = workspace.nextId('F');
      const whole = { id, name, title: name, size: content.length, content, uploader: user };
      workspace.files.set(id, { ...whole, completed: true, channels: [channel.id] });
      const shared = { user, text: typed(workspace, text), subtype: 'file_share', files: [id] };
      return workspace.post(channel, { ...shared, ...(threadTs ? { threadTs } : {}) }).ts;
    },
    joinAs(user, channelId) {
      const channel = channelOf(workspace, writer(user), channelId);
      if (!channel.members.has(user)) workspace.join(channel, user, null);
    },
    readAs(user, channelId) {
      const channel = channelOf(workspace, user, channelId);
      const last = channel.messages.at(-1)?.ts;
      if (last === undefined || channel.read.get(user) === last) return;
      channel.read.set(user, last);
      workspace.touch();
    },
  };
  return person;
}
