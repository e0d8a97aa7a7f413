// The list at the side: channels and conversations with what is unread, the app, and who one is. On a phone it folds away.

import { ChannelMark } from './channel.tsx';
import { channelName, isVisible, type ShownChannel, type State, unreadOf } from './state.ts';
import type { Theme } from './theme.ts';

/** What the page shows: a channel, or the app's Home tab. */
export type PagePlace = { readonly type: 'channel'; readonly id: string } | { readonly type: 'home' };

type Props = {
  readonly state: State;
  readonly place: PagePlace;
  readonly go: (place: PagePlace) => void;
  readonly me: string;
  readonly become: (userId: string) => void;
  readonly theme: Theme;
  readonly setTheme: (theme: Theme) => void;
  readonly openPanel: () => void;
};

function Badge({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return (
    <span className="badge">
      {count}
      <span className="visually-hidden"> notifications</span>
    </span>
  );
}

function ChannelButton({ channel, state, place, go, me }: Props & { readonly channel: ShownChannel }) {
  const { messages, notified } = unreadOf(channel, me);
  const name = channelName(state, channel, me);
  return (
    <button
      type="button"
      className={`place ${messages + notified > 0 ? 'unread' : ''}`}
      data-testid={`channel-${channel.kind === 'im' ? `with-${name}` : name}`}
      aria-current={place.type === 'channel' && place.id === channel.id}
      onClick={() => go({ type: 'channel', id: channel.id })}
    >
      <span className="name">
        <ChannelMark channel={channel} />
        {name}
        {messages + notified > 0 ? <span className="visually-hidden">, unread</span> : null}
      </span>
      <Badge count={notified} />
    </button>
  );
}

function People({ state, me, become }: Props) {
  return (
    <section aria-label="You are">
      <h2>You are</h2>
      {state.users
        .filter(({ isBot, deleted }) => !isBot && !deleted)
        .map(({ id, realName, name, title }) => {
          const waiting = state.channels.map((channel) =>
            isVisible(channel, id) ? unreadOf(channel, id).notified : 0,
          );
          return (
            <button
              key={id}
              type="button"
              className="place"
              data-testid={`user-${name}`}
              aria-current={id === me}
              onClick={() => become(id)}
            >
              <span className="name">
                {realName} <small>{title}</small>
              </span>
              <Badge count={waiting.reduce((sum, one) => sum + one, 0)} />
            </button>
          );
        })}
    </section>
  );
}

/** Everything that one can go to, and everyone that one can be. */
export function Side(props: Props) {
  const { state, place, go, me, theme, setTheme, openPanel } = props;
  const visible = state.channels.filter((channel) => isVisible(channel, me));
  const isDirect = ({ kind }: ShownChannel) => kind === 'im' || kind === 'mpim';
  const direct = visible.filter(isDirect);
  return (
    <nav className="side" aria-label="Channels">
      <div className="brand">
        <b>Sandbox</b>
        <p>Plays Slack on this machine</p>
      </div>
      <section aria-label="Channels">
        <h2>Channels</h2>
        {visible
          .filter((channel) => !isDirect(channel))
          .map((channel) => (
            <ChannelButton key={channel.id} channel={channel} {...props} />
          ))}
      </section>
      {direct.length > 0 ? (
        <section aria-label="Direct messages">
          <h2>Direct messages</h2>
          {direct.map((channel) => (
            <ChannelButton key={channel.id} channel={channel} {...props} />
          ))}
        </section>
      ) : null}
      <section aria-label="Apps">
        <h2>Apps</h2>
        <button
          type="button"
          className="place"
          data-testid="home"
          aria-current={place.type === 'home'}
          onClick={() => go({ type: 'home' })}
        >
          <span className="name">{state.app.name} Home</span>
        </button>
      </section>
      <People {...props} />
      <div className="foot">
        <button type="button" className="button" onClick={openPanel}>
          Control panel
        </button>
        <select
          aria-label="Theme"
          value={theme}
          onChange={({ currentTarget }) => setTheme(currentTarget.value as Theme)}
        >
          <option value="system">System</option>
          <option value="light">Light</option>
          <option value="dark">Dark</option>
        </select>
      </div>
    </nav>
  );
}
