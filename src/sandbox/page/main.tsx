// The page: channels on the left, messages on the right, a line to write in. One may be any of the people.
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { MessageView } from './message.tsx';
import { Modal } from './modal.tsx';
import './page.css';
import { act, type ShownChannel, type State, useWorkspace } from './state.ts';

/** The channels to go to, and the people one can be. */
function Side(props: {
  readonly state: State;
  readonly channel: ShownChannel;
  /** Messages that were there at the last look, by channel. */
  readonly seen: { readonly [channel: string]: number };
  readonly choose: (channelId: string) => void;
  readonly me: string;
  readonly become: (userId: string) => void;
}) {
  const { state, channel, seen, choose, me, become } = props;
  return (
    <nav className="side" aria-label="Channels">
      <h1>Sandbox</h1>
      <p>A stand-in for Slack on this machine</p>
      <h2>Channels</h2>
      {state.channels.map(({ id, name, messages }) => (
        <button
          key={id}
          type="button"
          data-testid={`channel-${name}`}
          aria-current={id === channel.id}
          onClick={() => choose(id)}
        >
          <span># {name}</span>
          {messages.length > (seen[id] ?? 0) ? (
            <span className="badge">{messages.length - (seen[id] ?? 0)}</span>
          ) : null}
        </button>
      ))}
      <h2>You are</h2>
      {state.users
        .filter(({ isBot }) => !isBot)
        .map(({ id, realName, name, title }) => (
          <button
            key={id}
            type="button"
            data-testid={`user-${name}`}
            aria-current={id === me}
            onClick={() => become(id)}
          >
            <span>{realName}</span> <small>{title}</small>
          </button>
        ))}
    </nav>
  );
}

function Page() {
  const state = useWorkspace();
  const [me, setMe] = useState('U0ANA');
  const [chosen, setChosen] = useState<string | null>(null);
  const [seen, setSeen] = useState<{ readonly [channel: string]: number }>({});
  const end = useRef<HTMLDivElement>(null);
  const channels = state?.channels ?? [];
  // An incident's channel is what one came for.
  const channel: ShownChannel | undefined =
    channels.find(({ id }) => id === chosen) ?? channels.find(({ name }) => name.startsWith('inc-')) ?? channels[0];
  const count = channel?.messages.length ?? 0;
  const channelId = channel?.id;
  useEffect(() => {
    if (channelId) setSeen((before) => ({ ...before, [channelId]: count }));
    end.current?.scrollIntoView({ block: 'end' });
  }, [channelId, count]);
  if (!state || !channel) return <p>Connecting …</p>;
  const say = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const text = String(new FormData(form).get('text') ?? '').trim();
    if (text === '') return;
    form.reset();
    await act('/say', { user: me, channel: channel.id, text });
  };
  const visible = channel.messages.filter(({ onlyFor }) => onlyFor === undefined || onlyFor === me);
  const roots = visible.filter(({ threadTs }) => threadTs === undefined);
  return (
    <div className="shell">
      <Side state={state} channel={channel} seen={seen} choose={setChosen} me={me} become={setMe} />
      <main className="main">
        <header className="top">
          <b># {channel.name}</b>
          <span>
            {channel.topic || 'no topic'} · {channel.members.length} members
          </span>
        </header>
        <div className="list">
          {roots
            .flatMap((message) => [message, ...visible.filter(({ threadTs }) => threadTs === message.ts)])
            .map((message) => (
              <MessageView key={message.ts} message={message} channel={channel} me={me} state={state} />
            ))}
          <div ref={end} />
        </div>
        <form className="composer" onSubmit={say}>
          <input
            name="text"
            aria-label="Message"
            placeholder={`Message #${channel.name}, or /firebreak help`}
            autoComplete="off"
          />
        </form>
      </main>
      {state.views
        .filter(({ user }) => user === me)
        .slice(-1)
        .map((view) => (
          <Modal key={view.id} view={view} state={state} />
        ))}
    </div>
  );
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<Page />);
