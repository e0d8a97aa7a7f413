// What the page knows of the workspace, and how it learns of changes. Holds no view.
import { useEffect, useState } from 'react';
import type { ShownBlock } from './block-kit.ts';

/** One emoji under a message, and who put it there. */
type Reaction = { readonly name: string; readonly users: readonly string[] };
/** A message as the page draws it. */
export type ShownMessage = {
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly blocks?: readonly ShownBlock[];
  readonly attachments?: readonly {
    readonly color?: string;
    readonly text?: string;
    readonly blocks?: readonly ShownBlock[];
  }[];
  readonly threadTs?: string;
  readonly broadcast?: boolean;
  readonly onlyFor?: string;
  readonly subtype?: string;
  readonly edited?: string;
  /** The people whom it notified when it was posted. */
  readonly notified: readonly string[];
  readonly reactions: readonly Reaction[];
  readonly files?: readonly { readonly id: string; readonly name: string; readonly size?: number }[];
};
/** A channel with its messages, the oldest first. */
export type ShownChannel = {
  readonly id: string;
  readonly name: string;
  readonly kind: 'public' | 'private' | 'im' | 'mpim';
  readonly topic: string;
  readonly archived: boolean;
  readonly members: readonly string[];
  readonly pins: readonly string[];
  readonly bookmarks: readonly {
    readonly id: string;
    readonly title: string;
    readonly link: string;
    readonly emoji?: string;
  }[];
  /** How far each person has read. */
  readonly read: { readonly [user: string]: string };
  readonly messages: readonly ShownMessage[];
};
/** A form or Home tab that somebody has before them. */
export type ShownView = {
  readonly id: string;
  readonly user: string;
  readonly view: {
    readonly type: string;
    readonly title?: { readonly text: string };
    readonly submit?: { readonly text: string };
    readonly close?: { readonly text: string };
    readonly blocks: readonly ShownBlock[];
  };
};
/** A person, or a bot. */
type ShownUser = {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly title: string;
  readonly isBot: boolean;
  readonly deleted: boolean;
};
/** What the page knows of the workspace. */
export type State = {
  readonly app: {
    readonly userId: string;
    readonly name: string;
    readonly command: string;
    readonly shortcuts: readonly {
      readonly name: string;
      readonly callbackId: string;
      readonly type: 'message' | 'global';
    }[];
  };
  readonly scenarios: readonly { readonly id: string; readonly label: string }[];
  readonly users: readonly ShownUser[];
  readonly groups: readonly { readonly id: string; readonly handle: string; readonly users: readonly string[] }[];
  readonly channels: readonly ShownChannel[];
  readonly views: readonly ShownView[];
};

/** Reads an address now and after each event of these kinds; reads that overlap become one. Null before the first answer. */
export function useLive<T>(address: string, kinds: readonly ('message' | 'traffic')[]): T | null {
  const [value, setValue] = useState<T | null>(null);
  const names = kinds.join(' ');
  useEffect(() => {
    const events = new EventSource('/events');
    let reading = false;
    let again = false;
    const read = async () => {
      if (reading) {
        again = true;
        return;
      }
      reading = true;
      do {
        again = false;
        setValue((await (await fetch(address)).json()) as T);
      } while (again);
      reading = false;
    };
    for (const name of names.split(' ')) events.addEventListener(name, () => void read());
    return () => events.close();
  }, [address, names]);
  return value;
}

/** What a person sees of it at once. */
export type SeenAtOnce =
  | { readonly kind: 'nothing' | 'message' | 'view' }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'field_errors'; readonly errors: { readonly [block: string]: string } };

/** Does something as a person would; what is refused is seen as an error. */
export async function act(path: string, body: unknown): Promise<{ readonly seen: SeenAtOnce }> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { seen, error } = (await answer.json()) as { seen?: SeenAtOnce; error?: string };
  return { seen: error === undefined ? (seen ?? { kind: 'nothing' }) : { kind: 'error', text: error } };
}

/** Whether this person may look into a channel. */
export const isVisible = ({ kind, members }: ShownChannel, me: string): boolean =>
  kind === 'public' || members.includes(me);

/** Messages that this person sees. */
export const visibleMessages = ({ messages }: ShownChannel, me: string): readonly ShownMessage[] =>
  messages.filter(({ onlyFor }) => onlyFor === undefined || onlyFor === me);

/** What a person has not read of a channel: how many messages, and how many of them notified that person. */
export function unreadOf(channel: ShownChannel, me: string): { readonly messages: number; readonly notified: number } {
  const after = channel.read[me] ?? '';
  const fresh = visibleMessages(channel, me).filter(
    ({ ts, user, subtype }) => ts > after && user !== me && (subtype === undefined || subtype === 'file_share'),
  );
  const inChannel = fresh.filter(({ threadTs, broadcast }) => threadTs === undefined || broadcast);
  return { messages: inChannel.length, notified: fresh.filter(({ notified }) => notified.includes(me)).length };
}

/** The name of a channel as this person reads it: of a direct one, the others. */
export function channelName(state: State, { kind, name, members }: ShownChannel, me: string): string {
  if (kind !== 'im') return name;
  const others = members.filter((id) => id !== me);
  return (others.length > 0 ? others : members).map((id) => personName(state, id)).join(', ');
}

/** What somebody is called. */
export const personName = ({ users }: State, id: string): string => users.find((one) => one.id === id)?.realName ?? id;

/** A `ts` as the time of day of whoever reads. */
export const timeOf = (ts: string): string =>
  new Date(Number(ts.split('.')[0]) * 1000).toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  });
