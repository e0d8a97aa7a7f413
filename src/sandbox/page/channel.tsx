// A channel: its name, what is pinned and bookmarked in it, its messages, and the line to write in.
import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { Composer } from './composer.tsx';
import { Icon } from './icons.tsx';
import { MessageView } from './message.tsx';
import {
  act,
  channelName,
  type ShownChannel,
  type ShownMessage,
  type State,
  unreadOf,
  visibleMessages,
} from './state.ts';
import { Thread } from './thread.tsx';

type Props = { readonly channel: ShownChannel; readonly me: string; readonly state: State };

/** The first line of a message, without its marks. */
const firstLine = (message: ShownMessage): string =>
  message.text.split('\n')[0]?.replace(/<[^<>|]*\|?([^<>]*)>/g, '$1') ?? '';

function Header({ channel, me, state, lead }: Props & { readonly lead: ReactNode }) {
  const pinned = channel.messages.filter(({ ts }) => channel.pins.includes(ts));
  return (
    <header className="top">
      <div className="title">
        {lead}
        <h1>
          <ChannelMark channel={channel} />
          {channelName(state, channel, me)}
        </h1>
        {channel.archived ? <span className="app">ARCHIVED</span> : null}
        <span className="members">{channel.members.length} members</span>
      </div>
      {channel.topic ? <p className="topic">{channel.topic}</p> : null}
      {channel.bookmarks.length > 0 || pinned.length > 0 ? (
        <ul className="bookmarks" aria-label="Pins and bookmarks">
          {pinned.map((message) => (
            <li key={message.ts}>
              <a href={`#${channel.id}/${message.ts}`}>
                <Icon name="pin" /> {firstLine(message) || 'Pinned message'}
              </a>
            </li>
          ))}
          {channel.bookmarks.map((bookmark) => (
            <li key={bookmark.id}>
              <a href={bookmark.link} target="_blank" rel="noreferrer">
                <Icon name="link" /> {bookmark.title}
              </a>
            </li>
          ))}
        </ul>
      ) : null}
    </header>
  );
}

/** What stands before the name of a channel: that it is one, or that it is private. */
export function ChannelMark({ channel: { kind } }: { readonly channel: ShownChannel }) {
  if (kind === 'public') return <span aria-hidden="true"># </span>;
  if (kind !== 'private') return null;
  return (
    <>
      <Icon name="lock" /> <span className="visually-hidden">private channel </span>
    </>
  );
}

/** Stays at the end of the list while one is there; whoever has scrolled up is left where they are. */
function useEndInView(messages: readonly ShownMessage[]) {
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (messages.length >= 0 && list.current && isAtEnd.current) list.current.scrollTop = list.current.scrollHeight;
  }, [messages]);
  const onScroll = () => {
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = list.current ?? {};
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < 40;
  };
  return { list, onScroll };
}

/** The channel; what is shown of it counts as read. */
export function ChannelView({ channel, me, state, lead }: Props & { readonly lead: ReactNode }) {
  const visible = visibleMessages(channel, me);
  const { list, onScroll } = useEndInView(channel.messages);
  const { messages, notified } = unreadOf(channel, me);
  useEffect(() => {
    if (messages + notified > 0) void act('/read', { user: me, channel: channel.id });
  }, [messages, notified, me, channel.id]);
  const inChannel = visible.filter(({ threadTs, broadcast }) => threadTs === undefined || broadcast);
  const place = { channel, me, state };
  return (
    <>
      <Header {...place} lead={lead} />
      <div
        ref={list}
        className="list"
        role="log"
        aria-live="polite"
        aria-label={`Messages of ${channelName(state, channel, me)}`}
        onScroll={onScroll}
      >
        {inChannel.map((message) =>
          message.threadTs === undefined ? (
            <Thread
              key={message.ts}
              root={message}
              replies={visible.filter(({ threadTs }) => threadTs === message.ts)}
              {...place}
            />
          ) : (
            <div key={message.ts} className="broadcast">
              <small>Also sent to the channel from a thread</small>
              <MessageView message={message} {...place} />
            </div>
          ),
        )}
      </div>
      <Composer {...place} />
    </>
  );
}
