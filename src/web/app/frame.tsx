// The frame around every page: rail, search, the live dot, the person; on a phone the rail is a bar at the bottom.
import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { Tooltip } from 'radix-ui';
import { useEffect, useState } from 'react';
import { startLive } from '../data/live.ts';
import { Toasts } from '../kit/toast.tsx';
import { Announcer } from './announcer.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { OfflineBanner } from './live-dot.tsx';
import { usePageKeys } from './page-keys.ts';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { SlackAway } from './slack-away.tsx';
import { TopBar } from './top-bar.tsx';

/** The frame; pages stand in it. */
export function Frame() {
  const queries = useQueryClient();
  const [isSearching, setSearching] = useState(false);
  const [isAsking, setAsking] = useState(false);
  useEffect(() => startLive(queries), [queries]);
  usePageKeys({ search: () => setSearching(true), help: () => setAsking(true) });
  return (
    <Tooltip.Provider delayDuration={350}>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-page focus:px-3 focus:py-1.5"
      >
        To the content
      </a>
      <div className="flex h-full flex-col md:flex-row">
        <Rail />
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <TopBar search={() => setSearching(true)} help={() => setAsking(true)} />
          <OfflineBanner />
          <SlackAway />
          <Content />
        </div>
      </div>
      <Palette open={isSearching} onClose={() => setSearching(false)} />
      <KeysDialog open={isAsking} onClose={() => setAsking(false)} />
      <Toasts />
      <Announcer />
    </Tooltip.Provider>
  );
}

/** The page itself. It takes the focus when another one comes, so that the keyboard and a screen reader begin there. */
function Content() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [shown, setShown] = useState(path);
  useEffect(() => {
    if (shown === path) return;
    setShown(path);
    document.getElementById('content')?.focus({ preventScroll: true });
  }, [path, shown]);
  return (
    <main
      id="content"
      tabIndex={-1}
      className="min-h-0 flex-1 overflow-y-auto pb-[calc(3.5rem+env(safe-area-inset-bottom))] outline-none md:pb-0"
    >
      <Outlet />
    </main>
  );
}
