// The state of the stand-in workspace and the few changes it knows: people, channels, messages, views, files. Speaks no protocol.
import { EventEmitter } from 'node:events';
import type { SeedGroup, SeedUser } from './types.ts';

/** Any object of Slack's. */
export type Json = { readonly [name: string]: unknown };
/** A block as it is kept: every block has an id, and every element that acts has one too. */
export type Block = { readonly type: string; readonly block_id: string; readonly [name: string]: unknown };
/** A person, or the bot. */
export type User = SeedUser & {
  readonly email: string;
  readonly title: string;
  readonly isBot: boolean;
  deleted: boolean;
};
/** One emoji under a message, and who put it there. */
export type Reaction = { readonly name: string; readonly users: string[] };
/** What can be posted. */
export type Content = {
  text: string;
  blocks?: readonly Block[];
  attachments?: readonly Json[];
  metadata?: Json;
};
/** A message as it stands in its channel. */
export type Message = Content & {
  /** Seconds with six decimals, unique in the workspace: a string, never a number. */
  readonly ts: string;
  readonly user: string;
  /** The parent's `ts`, on replies. */
  readonly threadTs?: string;
  /** A reply that is also shown in the channel. */
  readonly broadcast?: boolean;
  /** The only person who sees it. */
  readonly onlyFor?: string;
  readonly subtype?: string;
  readonly files?: readonly string[];
  readonly inviter?: string;
  edited?: string;
  reactions: Reaction[];
  /** Blocks that stood here before: they may still be on somebody's screen. */
  readonly earlierBlocks: (readonly Block[])[];
};
/** A link at the top of a channel. */
export type Bookmark = { readonly id: string; readonly title: string; readonly link: string; readonly emoji?: string };
/** A channel or a direct conversation. */
export type Channel = {
  readonly id: string;
  name: string;
  readonly kind: 'public' | 'private' | 'im' | 'mpim';
  readonly creator: string;
  readonly createdMs: number;
  readonly members: Set<string>;
  topic: string;
  purpose: string;
  archived: boolean;
  readonly messages: Message[];
  readonly pins: Set<string>;
  readonly bookmarks: Bookmark[];
};
/** A modal or Home tab as one person has it before them. */
export type View = {
  readonly id: string;
  readonly user: string;
  readonly rootId: string;
  readonly previousId: string | null;
  /** What the app sent, with ids filled in. */
  view: Json & { readonly type: string; readonly blocks: readonly Block[] };
  hash: string;
  /** What has been entered so far, as `view.state.values`. */
  values: { readonly [blockId: string]: { readonly [actionId: string]: Json } };
};
/** A file, from the moment its upload was announced. */
export type File = {
  readonly id: string;
  readonly name: string;
  title: string;
  readonly size: number;
  /** Null until the bytes have come. */
  content: Buffer | null;
  readonly uploader: string;
  completed: boolean;
  readonly channels: string[];
};

/** What happened, for whoever tells the app. */
export type Happening =
  | { readonly type: 'message'; readonly channel: Channel; readonly message: Message }
  | {
      readonly type: 'message_changed';
      readonly channel: Channel;
      readonly message: Message;
      readonly previous: Message;
    }
  | { readonly type: 'message_deleted'; readonly channel: Channel; readonly previous: Message }
  | { readonly type: 'joined'; readonly channel: Channel; readonly user: string; readonly inviter: string | null }
  | {
      readonly type: 'reaction';
      readonly channel: Channel;
      readonly message: Message;
      readonly user: string;
      readonly name: string;
    }
  | { readonly type: 'archived'; readonly channel: Channel; readonly user: string }
  | { readonly type: 'home_opened'; readonly user: string; readonly channel: Channel };

/** A message that is to be posted. */
export type NewMessage = Content & {
  readonly user: string;
  readonly threadTs?: string;
  readonly broadcast?: boolean;
  readonly onlyFor?: string;
  readonly subtype?: string;
  readonly files?: readonly string[];
  readonly inviter?: string;
};

/** After each change, with nothing: look again; what happened, for events; calls, deliveries and sockets, with nothing. */
export type Changes = { changed: []; happened: [Happening]; traffic: [] };

/** The workspace. */
export type Workspace = {
  readonly team: { readonly id: string; readonly domain: string; readonly name: string };
  readonly bot: { readonly userId: string; readonly botId: string; readonly appId: string; readonly name: string };
  readonly users: ReadonlyMap<string, User>;
  readonly groups: ReadonlyMap<string, SeedGroup>;
  readonly channels: Map<string, Channel>;
  /** Modals in the order in which they were opened, and Home tabs. */
  readonly views: Map<string, View>;
  readonly files: Map<string, File>;
  readonly changes: EventEmitter<Changes>;
  readonly now: () => number;
  readonly nextId: (prefix: string) => string;
  readonly nextTs: () => string;
  readonly touch: () => void;
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
  readonly react: (channel: Channel, message: Message, user: string, name: string) => boolean;
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
  let counter = 0;
  let lastMicros = 0;
  const changes = new EventEmitter<Changes>();
  changes.setMaxListeners(0);
  const bot = { userId: 'U0FIREBREAK', botId: 'B0FIREBREAK', appId: 'A0FIREBREAK', name: 'firebreak' };
  const user = (seed: SeedUser, isBot = false): User => ({
    ...{ email: `${seed.name}@sandbox.example`, title: '', isBot },
    ...seed,
    deleted: seed.deleted ?? false,
  });
  const all = [
    ...people.map((seed) => user(seed)),
    user({ id: bot.userId, name: bot.name, realName: 'Firebreak' }, true),
    user({ id: slackbot, name: 'slackbot', realName: 'Slackbot' }),
  ];
  const users = new Map(all.map((one) => [one.id, one]));
  const channels = new Map<string, Channel>();
  const touch = () => void changes.emit('changed');
  const happened = (happening: Happening) => {
    changes.emit('happened', happening);
    touch();
  };
  const nextId = (prefix: string) => {
    counter += 1;
    return `${prefix}0FB${counter.toString(36).toUpperCase().padStart(6, '0')}`;
  };
  const nextTs = () => {
    lastMicros = Math.max(lastMicros + 1, Math.floor(now() * 1000));
    return `${Math.floor(lastMicros / 1_000_000)}.${String(lastMicros % 1_000_000).padStart(6, '0')}`;
  };

  const workspace: Workspace = {
    team: { id: 'T0FIREBREAK', domain: 'sandbox', name: 'Sandbox' },
    ...{ bot, users, channels, changes, now, nextId, nextTs, touch },
    groups: new Map(groups.map((group) => [group.id, group])),
    views: new Map(),
    files: new Map(),
    createChannel(kind, name, creator, members = []) {
      const channel: Channel = {
        id: nextId({ public: 'C', private: 'G', im: 'D', mpim: 'G' }[kind]),
        ...{ name, kind, creator, createdMs: now(), topic: '', purpose: '', archived: false },
        ...{ members: new Set([creator, ...members]), messages: [], pins: new Set<string>(), bookmarks: [] },
      };
      channels.set(channel.id, channel);
      touch();
      return channel;
    },
    directChannel(members) {
      const wanted = new Set(members);
      for (const channel of channels.values()) {
        if (channel.kind !== 'im' && channel.kind !== 'mpim') continue;
        if (channel.members.size === wanted.size && members.every((id) => channel.members.has(id)))
          return { channel, isNew: false };
      }
      const kind = wanted.size > 2 ? 'mpim' : 'im';
      const name = kind === 'im' ? '' : `mpdm-${members.map((id) => users.get(id)?.name ?? id).join('--')}-1`;
      return { channel: workspace.createChannel(kind, name, members[0] ?? bot.userId, members), isNew: true };
    },
    join(channel, member, inviter) {
      channel.members.add(member);
      happened({ type: 'joined', channel, user: member, inviter });
      const text = `<@${member}> has joined the channel`;
      workspace.post(channel, { user: member, text, subtype: 'channel_join', ...(inviter ? { inviter } : {}) });
    },
    post(channel, draft) {
      const message: Message = { ...draft, ts: nextTs(), reactions: [], earlierBlocks: [] };
      channel.messages.push(message);
      // Nobody is told of what one person alone sees.
      if (message.onlyFor === undefined) happened({ type: 'message', channel, message });
      else touch();
      return message;
    },
    edit(channel, message, change) {
      const previous: Message = { ...message };
      if (message.blocks) message.earlierBlocks.push(message.blocks);
      change(message);
      if (message.onlyFor === undefined) happened({ type: 'message_changed', channel, message, previous });
      else touch();
    },
    remove(channel, message) {
      channel.messages.splice(channel.messages.indexOf(message), 1);
      channel.pins.delete(message.ts);
      if (message.onlyFor === undefined) happened({ type: 'message_deleted', channel, previous: message });
      else touch();
    },
    react(channel, message, member, name) {
      const reaction = message.reactions.find((candidate) => candidate.name === name);
      if (reaction?.users.includes(member)) return false;
      if (reaction) reaction.users.push(member);
      else message.reactions.push({ name, users: [member] });
      happened({ type: 'reaction', channel, message, user: member, name });
      return true;
    },
    archive(channel, member) {
      channel.archived = true;
      happened({ type: 'archived', channel, user: member });
    },
  };
  const everybody = all.filter(({ id, deleted }) => id !== slackbot && !deleted).map(({ id }) => id);
  const founder = everybody[0] ?? bot.userId;
  workspace.createChannel('public', 'general', founder, everybody);
  workspace.createChannel('public', 'incidents', founder, everybody);
  return workspace;
}
