// The page: places at the side, messages in the middle, the control panel beside them. One may be any of the people.
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { ChannelView } from './channel.tsx';
import { Home } from './home.tsx';
import { Icon } from './icons.tsx';
import { useKeptFocus } from './keep-focus.ts';
import { Modal } from './modal.tsx';
import './page.css';
import { Panel } from './panel.tsx';
import { type PagePlace, Side } from './side.tsx';
import { isVisible, type ShownChannel, type State, useLive } from './state.ts';
import { useTheme } from './theme.ts';

const readAddress = () => /^#(\w+)\/(\d+\.\d{6})$/.exec(location.hash);

/** The message that the address names: `#<channel>/<ts>`. */
function useAddress(): { readonly channel: string; readonly ts: string } | null {
  const [found, setFound] = useState(readAddress);
  useEffect(() => {
    const changed = () => setFound(readAddress());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return found ? { channel: found[1] ?? '', ts: found[2] ?? '' } : null;
}

/** The channel that is shown: the chosen one, else an incident's, which is what one came for. */
function shownChannel(state: State, me: string, place: PagePlace | null): ShownChannel | undefined {
  const visible = state.channels.filter((channel) => isVisible(channel, me));
  const chosen = place?.type === 'channel' ? visible.find(({ id }) => id === place.id) : undefined;
  return chosen ?? visible.find(({ name }) => name.startsWith('inc-')) ?? visible[0];
}

/** Goes to the message of the address once it is there. */
function useJump(state: State | null, place: (place: PagePlace) => void): void {
  const address = useAddress();
  const done = useRef<string | null>(null);
  useEffect(() => {
    if (!state || !address || done.current === address.ts) return;
    place({ type: 'channel', id: address.channel });
    const message = document.querySelector<HTMLElement>(`[data-ts="${address.ts}"]`);
    if (!message) return;
    done.current = address.ts;
    message.scrollIntoView({ block: 'center' });
    message.focus({ preventScroll: true });
  });
}

/** Calls `act` on Escape as long as `isOn`. */
function useEscape(isOn: boolean, act: () => void): void {
  useEffect(() => {
    if (!isOn) return;
    const onKey = ({ key }: KeyboardEvent) => key === 'Escape' && act();
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}

function Page({ state }: { readonly state: State }) {
  const people = state.users.filter(({ isBot, deleted }) => !isBot && !deleted);
  const [chosenMe, become] = useState<string | null>(null);
  const me = people.find(({ id }) => id === chosenMe)?.id ?? people[0]?.id ?? '';
  const [chosen, setChosen] = useState<PagePlace | null>(null);
  const [isSideOpen, setIsSideOpen] = useState(false);
  const [isPanelOpen, setIsPanelOpen] = useState(false);
  const [theme, setTheme] = useTheme();
  const fold = useRef<HTMLButtonElement>(null);
  useKeptFocus();
  useJump(state, setChosen);
  const channel = shownChannel(state, me, chosen);
  const place: PagePlace = chosen?.type === 'home' ? chosen : { type: 'channel', id: channel?.id ?? '' };
  const wasOpen = useRef(false);
  useLayoutEffect(() => {
    // Whoever folds the list away goes on where they opened it; another channel has a button of its own.
    if (wasOpen.current && !isSideOpen && !isPanelOpen) fold.current?.focus();
    wasOpen.current = isSideOpen;
  }, [isSideOpen, isPanelOpen]);
  useEscape(isSideOpen, () => setIsSideOpen(false));
  const go = (next: PagePlace) => {
    setChosen(next);
    setIsSideOpen(false);
  };
  const lead = (
    <button
      ref={fold}
      type="button"
      className="fold button"
      aria-expanded={isSideOpen}
      aria-label="Channels and people"
      onClick={() => setIsSideOpen(!isSideOpen)}
    >
      <Icon name="list" />
    </button>
  );
  const openPanel = () => {
    setIsPanelOpen(true);
    setIsSideOpen(false);
  };
  return (
    <div className={`shell ${isSideOpen ? 'side-open' : ''} ${isPanelOpen ? 'panel-open' : ''}`}>
      <Side
        state={state}
        place={place}
        go={go}
        me={me}
        become={become}
        theme={theme}
        setTheme={setTheme}
        openPanel={openPanel}
      />
      <main className="main">
        {place.type === 'home' || !channel ? (
          <>
            <header className="top">
              <div className="title">
                {lead}
                <h1>{state.app.name} Home</h1>
              </div>
            </header>
            <div className="list">
              <Home state={state} me={me} />
            </div>
          </>
        ) : (
          <ChannelView key={`${channel.id}${me}`} channel={channel} me={me} state={state} lead={lead} />
        )}
      </main>
      {isPanelOpen ? <Panel state={state} onClose={() => setIsPanelOpen(false)} /> : null}
      {state.views
        .filter(({ user, view }) => user === me && view.type === 'modal')
        .slice(-1)
        .map((view) => (
          <Modal key={view.id} view={view} state={state} />
        ))}
    </div>
  );
}

function Connected() {
  const state = useLive<State>('/state', ['message']);
  return state ? <Page state={state} /> : <p className="empty">Connecting …</p>;
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<Connected />);
