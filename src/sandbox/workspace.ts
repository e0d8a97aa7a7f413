// The state of the stand-in workspace: people, channels, messages, views. Only for demo, tests and playbook authors; speaks no protocol.
import { EventEmitter } from 'node:events';

export type User = {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly isBot: boolean;
  deleted: boolean;
};
export type Message = {
  ts: string;
  user: string;
  text: string;
  blocks?: unknown[];
  threadTs?: string;
  metadata?: unknown;
  edited?: boolean;
  /** Set for a message that only one person sees. */
  onlyFor?: string;
  subtype?: string;
};
export type Channel = {
  readonly id: string;
  name: string;
  readonly creator: string;
  readonly members: Set<string>;
  topic: string;
  archived: boolean;
  readonly messages: Message[];
};
export type View = { readonly id: string; readonly user: string; view: Record<string, unknown>; hash: string };
export type File = { readonly id: string; readonly name: string; content: Buffer; channels: string[] };

/** The workspace. `changed` is emitted after each change, with nothing: look again. */
export type Workspace = {
  readonly team: { readonly id: string; readonly domain: string };
  readonly bot: { readonly userId: string; readonly botId: string; readonly appId: string };
  readonly users: Map<string, User>;
  readonly groups: Map<string, { readonly id: string; readonly handle: string; readonly users: string[] }>;
  readonly channels: Map<string, Channel>;
  readonly views: Map<string, View>;
  readonly files: Map<string, File>;
  readonly changes: EventEmitter;
  readonly nextId: (prefix: string) => string;
  /** A timestamp as Slack gives them: seconds with six decimals, unique. */
  readonly nextTs: () => string;
  readonly createChannel: (name: string, creator: string, members?: readonly string[]) => Channel;
  readonly touch: () => void;
};

/** A workspace with a bot, three people, a group and two channels. */
export function createWorkspace(nowMs: () => number): Workspace {
  let counter = 0;
  let lastMicros = 0;
  const nextId = (prefix: string) => {
    counter += 1;
    return `${prefix}0FB${counter.toString(36).toUpperCase().padStart(6, '0')}`;
  };
  const changes = new EventEmitter();
  changes.setMaxListeners(0);
  const person = (id: string, name: string, realName: string): User => ({
    id,
    name,
    realName,
    isBot: false,
    deleted: false,
  });
  const users = new Map(
    [
      person('U0ANA', 'ana', 'Ana (on call)'),
      person('U0BEN', 'ben', 'Ben (SRE lead)'),
      person('U0MALLORY', 'mallory', 'Mallory'),
      { id: 'U0FIREBREAK', name: 'firebreak', realName: 'Firebreak', isBot: true, deleted: false },
    ].map((user) => [user.id, user]),
  );
  const workspace: Workspace = {
    team: { id: 'T0FIREBREAK', domain: 'sandbox' },
    bot: { userId: 'U0FIREBREAK', botId: 'B0FIREBREAK', appId: 'A0FIREBREAK' },
    users,
    groups: new Map([['S0SRE', { id: 'S0SRE', handle: 'sre', users: ['U0ANA', 'U0BEN'] }]]),
    channels: new Map(),
    views: new Map(),
    files: new Map(),
    changes,
    nextId,
    nextTs() {
      lastMicros = Math.max(lastMicros + 1, nowMs() * 1000);
      return `${Math.floor(lastMicros / 1_000_000)}.${String(lastMicros % 1_000_000).padStart(6, '0')}`;
    },
    createChannel(name, creator, members = []) {
      const channel: Channel = {
        id: nextId('C'),
        name,
        creator,
        members: new Set([creator, ...members]),
        topic: '',
        archived: false,
        messages: [],
      };
      workspace.channels.set(channel.id, channel);
      return channel;
    },
    touch: () => changes.emit('changed'),
  };
  const everybody = [...users.keys()];
  workspace.createChannel('general', 'U0ANA', everybody);
  workspace.createChannel('incidents', 'U0ANA', everybody);
  return workspace;
}
