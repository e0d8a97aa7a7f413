// Whom a message notifies when it is posted, as Slack's client would: decided once, from what the message shows. Changes nothing.
import type { Channel, NewMessage, SeedGroup, SlackObject, User } from './entities.ts';

/** What it looks at: who there is, and who belongs to which group now. */
export type Listeners = {
  readonly users: ReadonlyMap<string, User>;
  readonly groups: ReadonlyMap<string, SeedGroup>;
};

/** Whom a text calls. */
type Called = { readonly users: readonly string[]; readonly groups: readonly string[]; readonly everybody: boolean };

/** Every object within a value, itself included. */
function objectsIn(value: unknown): readonly SlackObject[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== 'object' || value === null) return [];
  return [value as SlackObject, ...Object.values(value).flatMap(objectsIn)];
}

/** The same marks in mrkdwn: elements of rich text say outright whom they mean. */
function marksOf(part: SlackObject): string {
  switch (part.type) {
    case 'mrkdwn':
    case 'markdown':
      return String(part.text);
    case 'user':
      return `<@${part.user_id}>`;
    case 'usergroup':
      return `<!subteam^${part.usergroup_id}>`;
    case 'broadcast':
      return `<!${part.range}>`;
    default:
      return '';
  }
}

/**
 * Whom a message calls. Where there are blocks, they are what people see: a mention in `text` alone, or in an attachment,
 * calls nobody here. (Slack does not document it; who must be called is named where they can read it.)
 */
function calledBy({ text, blocks }: NewMessage): Called {
  const shown = blocks ? objectsIn(blocks).map(marksOf).join('\n') : text;
  const all = (pattern: RegExp) => [...shown.matchAll(pattern)].map(([, id = '']) => id);
  return {
    users: all(/<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>/g),
    groups: all(/<!subteam\^(S[A-Z0-9]+)(?:\|[^<>]*)?>/g),
    everybody: /<!(?:here|channel|everyone)(?:\|[^<>]*)?>/.test(shown),
  };
}

/** Who follows a thread: who began it, who replied, who was called by name in it. */
function followers(channel: Channel, threadTs: string): readonly string[] {
  return channel.messages
    .filter(({ ts, threadTs: parent, onlyFor }) => onlyFor === undefined && (ts === threadTs || parent === threadTs))
    .flatMap((message) => [message.user, ...calledBy(message).users]);
}

/** Posts of these kinds are marks in the channel's history: people coming and going, topics. A shared file is a message. */
const isMark = ({ subtype }: NewMessage) => subtype !== undefined && subtype !== 'file_share';

/**
 * The people whom a message that is about to be posted notifies, in the order of the workspace: those it calls, by name, by
 * group or all at once; the others of a direct conversation; the followers of the thread of a reply. Never its author, a
 * bot, a deactivated person, or somebody who is not in the channel. What one person alone sees notifies nobody.
 */
export function notifiedBy({ users, groups }: Listeners, channel: Channel, message: NewMessage): readonly string[] {
  if (message.onlyFor !== undefined || isMark(message)) return [];
  const called = calledBy(message);
  const isDirect = channel.kind === 'im' || channel.kind === 'mpim';
  // Calls of everybody do not work in threads.
  const everybody = isDirect || (called.everybody && message.threadTs === undefined);
  const meant = new Set([
    ...called.users,
    ...called.groups.flatMap((id) => groups.get(id)?.users ?? []),
    ...(everybody ? channel.members : []),
    ...(message.threadTs === undefined ? [] : followers(channel, message.threadTs)),
  ]);
  return [...users.values()]
    .filter(({ id, isBot, deleted }) => meant.has(id) && !isBot && !deleted)
    .filter(({ id }) => id !== message.user && channel.members.has(id))
    .map(({ id }) => id);
}
