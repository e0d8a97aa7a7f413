// The state of the stand-in workspace and the few changes it knows: people, channels, messages, views, files. Speaks no protocol.
import { EventEmitter } from 'node:events';
import type { Channel, File, Happening, Message, NewMessage, SeedGroup, SeedUser, User, View } from './entities.ts';
import { notifiedBy } from './notified.ts';

/** After each change, with nothing: look again; what happened, for events; calls, deliveries and sockets, with nothing. */
type Changes = { changed: []; happened: [Happening]; traffic: [] };

/** The workspace. */
export type Workspace = {
  readonly team: { readonly id: string; readonly domain: string; readonly name: string };
  readonly bot: { readonly userId: string; readonly botId: string; readonly appId: string; readonly name: string };
  readonly users: ReadonlyMap<string, User>;
  readonly groups: Map<string, SeedGroup>;
  readonly channels: Map<string, Channel>;
  /** Modals in the order in which they were opened, and Home tabs. */
  readonly views: Map<string, View>;
  readonly files: Map<string, File>;
  readonly changes: EventEmitter<Changes>;
  readonly now: () => number;
  readonly nextId: (prefix: string) => string;
  readonly nextTs: () => string;
  readonly touch: () => void;
  /** Where the workspace is reached, without a slash at the end; set once it listens. */
  readonly site: { origin: string };
  readonly createChannel: (
    kind: Channel['kind'],
    name: string,
    creator: string,
    members?: readonly string[],
  ) => Channel;
  /** The direct conversation of exactly these people; made when it is missing. */
  readonly directChannel: (members: readonly string[]) => { readonly channel: Channel; readonly isNew: boolean };
  readonly join: (channel: Channel, user: string, inviter: string | null) => void;
  readonly post: (channel: Channel, draft: NewMessage) => Message;
  readonly edit: (channel: Channel, message: Message, change: (message: Message) => void) => void;
  readonly remove: (channel: Channel, message: Message) => void;
  /** False if it stood there already. */
  readonly react: (channel: Channel, message: Message, user: string, name: string) => boolean;
  /** False if it did not stand there. */
  readonly unreact: (channel: Channel, message: Message, user: string, name: string) => boolean;
  /** Nothing is said in the channel, as when somebody leaves quietly or is taken out. */
  readonly leave: (channel: Channel, user: string) => void;
  readonly archive: (channel: Channel, user: string) => void;
};

/** Slack's own voice: it tells people what apps did not answer. */
export const slackbot = 'USLACKBOT';

/** A workspace with a bot, the given people and groups, and two channels with everybody in them. */
export function createWorkspace(
  now: () => number,
  people: readonly SeedUser[],
  groups: readonly SeedGroup[],
): Workspace {
  const changes = new EventEmitter<Changes>();
  changes.setMaxListeners(0);
  const bot = { userId: 'U0FIREBREAK', botId: 'B0FIREBREAK', appId: 'A0FIREBREAK', name: 'firebreak' };
  const all = [
    ...people.map((seed) => userOf(seed)),
    userOf({ id: bot.userId, name: bot.name, realName: 'Firebreak' }, true),
    userOf({ id: slackbot, name: 'slackbot', realName: 'Slackbot' }),
  ];
  const base: Things = {
    team: { id: 'T0FIREBREAK', domain: 'sandbox', name: 'Sandbox' },
    bot,
    users: new Map(all.map((one) => [one.id, one])),
    groups: new Map(groups.map((group) => [group.id, group])),
    channels: new Map(),
    views: new Map(),
    files: new Map(),
    changes,
    site: { origin: '' },
    now,
    nextId: idsInOrder(),
    nextTs: uniqueInstants(now),
    touch: () => void changes.emit('changed'),
  };
  const workspace: Workspace = { ...base, ...channelActs(base), ...messageActs(base) };
  const everybody = all.filter(({ id, deleted }) => id !== slackbot && !deleted).map(({ id }) => id);
  const founder = everybody[0] ?? bot.userId;
  workspace.createChannel('public', 'general', founder, everybody);
  workspace.createChannel('public', 'incidents', founder, everybody);
  return workspace;
}

type MessageAct = 'post' | 'edit' | 'remove' | 'react' | 'unreact';
type ChannelAct = 'createChannel' | 'directChannel' | 'join' | 'leave' | 'archive';
/** What there is, without what can be done with it. */
type Things = Omit<Workspace, MessageAct | ChannelAct>;

const userOf = (seed: SeedUser, isBot = false): User => ({
  email: `${seed.name}@sandbox.example`,
  title: '',
  isBot,
  ...seed,
  deleted: seed.deleted ?? false,
});

function idsInOrder(): (prefix: string) => string {
  let counter = 0;
  return (prefix) => {
    counter += 1;
    return `${prefix}0FB${counter.toString(36).toUpperCase().padStart(6, '0')}`;
  };
}

/** Seconds with six decimals; each is later than the one before, whatever the clock does. */
function uniqueInstants(now: () => number): () => string {
  let lastMicros = 0;
  return () => {
    lastMicros = Math.max(lastMicros + 1, Math.floor(now() * 1000));
    return `${Math.floor(lastMicros / 1_000_000)}.${String(lastMicros % 1_000_000).padStart(6, '0')}`;
  };
}

/** Tells what happened; nobody is told of what one person alone sees. */
function happened({ changes, touch }: Things, happening: Happening, onlyFor?: string): void {
  if (onlyFor === undefined) changes.emit('happened', happening);
  touch();
}

function messageActs(things: Things): Pick<Workspace, MessageAct> {
  return {
    post: (channel, draft) => post(things, channel, draft),
    edit(channel, message, change) {
      const previous: Message = { ...message };
      if (message.blocks) message.earlierBlocks.push(message.blocks);
      change(message);
      happened(things, { type: 'message_changed', channel, message, previous }, message.onlyFor);
    },
    remove(channel, message) {
      channel.messages.splice(channel.messages.indexOf(message), 1);
      channel.pins.delete(message.ts);
      happened(things, { type: 'message_deleted', channel, previous: message }, message.onlyFor);
    },
    react(channel, message, member, name) {
      const reaction = message.reactions.find((candidate) => candidate.name === name);
      if (reaction?.users.includes(member)) return false;
      if (reaction) reaction.users.push(member);
      else message.reactions.push({ name, users: [member] });
      happened(things, { type: 'reaction_added', channel, message, user: member, name });
      return true;
    },
    unreact(channel, message, member, name) {
      const reaction = message.reactions.find((candidate) => candidate.name === name);
      if (!reaction?.users.includes(member)) return false;
      reaction.users.splice(reaction.users.indexOf(member), 1);
      message.reactions = message.reactions.filter(({ users }) => users.length > 0);
      happened(things, { type: 'reaction_removed', channel, message, user: member, name });
      return true;
    },
  };
}

function post(things: Things, channel: Channel, draft: NewMessage): Message {
  const notified = notifiedBy(things, channel, draft);
  const message: Message = { ...draft, ts: things.nextTs(), notified, reactions: [], earlierBlocks: [] };
  channel.messages.push(message);
  happened(things, { type: 'message', channel, message }, message.onlyFor);
  return message;
}

function channelActs(things: Things): Pick<Workspace, ChannelAct> {
  const { channels, users, bot } = things;
  const createChannel: Workspace['createChannel'] = (kind, name, creator, members = []) => {
    const channel: Channel = {
      id: things.nextId({ public: 'C', private: 'G', im: 'D', mpim: 'G' }[kind]),
      name,
      kind,
      creator,
      createdMs: things.now(),
      topic: '',
      purpose: '',
      archived: false,
      members: new Set([creator, ...members]),
      messages: [],
      pins: new Set<string>(),
      bookmarks: [],
      read: new Map(),
    };
    channels.set(channel.id, channel);
    things.touch();
    return channel;
  };
  return {
    createChannel,
    directChannel(members) {
      const wanted = new Set(members);
      for (const channel of channels.values()) {
        if (channel.kind !== 'im' && channel.kind !== 'mpim') continue;
        if (channel.members.size === wanted.size && members.every((id) => channel.members.has(id)))
          return { channel, isNew: false };
      }
      const kind = wanted.size > 2 ? 'mpim' : 'im';
      const name = kind === 'im' ? '' : `mpdm-${members.map((id) => users.get(id)?.name ?? id).join('--')}-1`;
      return { channel: createChannel(kind, name, members[0] ?? bot.userId, members), isNew: true };
    },
    join(channel, member, inviter) {
      channel.members.add(member);
      happened(things, { type: 'joined', channel, user: member, inviter });
      const text = `<@${member}> has joined the channel`;
      post(things, channel, { user: member, text, subtype: 'channel_join', ...(inviter ? { inviter } : {}) });
    },
    leave(channel, member) {
      channel.members.delete(member);
      happened(things, { type: 'left', channel, user: member });
      things.touch();
    },
    archive(channel, member) {
      channel.archived = true;
      happened(things, { type: 'archived', channel, user: member });
    },
  };
}
