// What the page shows: the workspace as people see it, and how the app stands. Pure; the page filters by who looks.
import type { Channel, Message } from './entities.ts';
import type { Faults } from './faults.ts';
import type { SocketHub } from './socket-hub.ts';
import type { MenuShortcut, RecordedCall, RecordedDelivery, Scenario } from './types.ts';
import { slackbot, type Workspace } from './workspace.ts';

/** What the page shows beside the workspace itself. */
export type PageSurroundings = {
  readonly command: string;
  readonly shortcuts: readonly MenuShortcut[];
  readonly scenarios: readonly Scenario[];
  readonly calls: readonly RecordedCall[];
  readonly deliveries: readonly RecordedDelivery[];
  readonly faults: Pick<Faults, 'pending'>;
  readonly hub: Pick<SocketHub, 'count'>;
  readonly requestUrl: () => string | null;
};

/** Deliveries that the panel shows. */
const latest = 8;

/** What people see. */
export function stateOf(workspace: Workspace, { command, shortcuts, scenarios }: PageSurroundings) {
  const { users, groups, channels, views, bot } = workspace;
  return {
    app: { userId: bot.userId, name: users.get(bot.userId)?.realName ?? bot.name, command, shortcuts },
    scenarios: scenarios.map(({ id, label }) => ({ id, label })),
    users: [...users.values()].map(({ id, name, realName, title, isBot, deleted }) => ({
      id,
      name,
      realName,
      title,
      isBot: isBot || id === slackbot,
      deleted,
    })),
    groups: [...groups.values()],
    channels: [...channels.values()].map((channel) => channelState(workspace, channel)),
    views: [...views.values()].map(({ id, user, view, values }) => ({ id, user, view, values })),
  };
}

function channelState(workspace: Workspace, channel: Channel) {
  const { id, name, kind, topic, archived, members, messages, pins, bookmarks, read } = channel;
  return {
    id,
    name,
    kind,
    topic,
    archived,
    members: [...members],
    pins: [...pins],
    bookmarks,
    read: Object.fromEntries(read),
    messages: messages.map((message) => messageState(workspace, message)),
  };
}

function messageState({ files }: Workspace, message: Message) {
  const { earlierBlocks: _, metadata: __, files: shared, ...shown } = message;
  return {
    ...shown,
    files: shared?.map((id) => ({ id, name: files.get(id)?.title ?? id, size: files.get(id)?.size })),
  };
}

/** How the app stands: how it is reached, what it was last told, what goes wrong on purpose. */
export function appStateOf(surroundings: PageSurroundings) {
  const { faults, calls, deliveries, hub, requestUrl } = surroundings;
  return {
    reachedBy: hub.count() > 0 ? 'Socket Mode' : requestUrl() === null ? 'nothing yet' : 'HTTP',
    calls: calls.length,
    lastCall: calls.at(-1) ?? null,
    deliveries: deliveries.slice(-latest).map(({ kind, via, payload, outcome, status, tookMs }) => ({
      kind: String((payload.event as { type?: unknown } | undefined)?.type ?? payload.type ?? payload.command ?? kind),
      via,
      outcome,
      status,
      tookMs,
    })),
    faults: faults.pending(),
  };
}
