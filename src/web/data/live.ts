// Follows the stream of changes, makes old answers old, and knows whether what is shown is of now. Shows nothing.
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { readEventBlocks } from '../../client/event-blocks.ts';
import type { ApiIncident } from '../../contract/incident.ts';
import type { ApiChange } from '../../contract/operation.ts';
import { send } from './client.ts';
import { asFailure } from './failure.ts';
import { madeOld } from './keys.ts';

/** How the connection stands; `asOfMs`: until when what is shown is known to be true. */
export type Link = { readonly status: 'connecting' | 'live' | 'reconnecting' | 'offline'; readonly asOfMs: number };

/** The server writes at least every 15 s; a stream that says nothing for longer than this is dead. */
const silentMs = 40_000;
/** After this long without a connection it is called offline. */
const patienceMs = 8_000;
/** Changes that come together are asked about together. */
const gatherMs = 120;

let link: Link = { status: 'connecting', asOfMs: Date.now() };
const watchers = new Set<() => void>();
const listeners = new Set<(change: ApiChange) => void>();

function set(status: Link['status'], asOfMs = link.asOfMs): void {
  if (status === link.status && status === 'live') {
    // The same picture: nobody needs to draw again for a heartbeat.
    Object.assign(link, { asOfMs });
    return;
  }
  link = { status, asOfMs };
  for (const watcher of watchers) watcher();
}

const subscribe = (watcher: () => void) => {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
};

/** How the connection stands. */
export const useLink = (): Link => useSyncExternalStore(subscribe, () => link);

/** Why nothing can be ordered now; null: it can. */
export const useWhyNoOrders = (): string | null =>
  useLink().status === 'offline' ? 'Offline: orders wait until Firebreak can be reached again.' : null;

/** Tells every change as it comes; answers how to stop. */
export function onChange(listener: (change: ApiChange) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Under what an incident is asked for: its id, and the number that its page has. One that is not answered yet may be any. */
function namesOf(queries: QueryClient, id: string): readonly string[] {
  const asked = queries.getQueriesData<ApiIncident>({ queryKey: ['incident'] });
  return [id, ...asked.flatMap(([[, name], one]) => (one === undefined || one.id === id ? [String(name)] : []))];
}

/** Makes what changed old, several at a time. */
function createGathering(queries: QueryClient) {
  let changes: ApiChange[] = [];
  const flush = () => {
    const keys = changes.flatMap((change) => madeOld(change, namesOf(queries, change.incident)));
    changes = [];
    for (const queryKey of new Map(keys.map((key) => [key.join('/'), key])).values())
      void queries.invalidateQueries({ queryKey });
  };
  return (change: ApiChange) => {
    if (changes.push(change) === 1) setTimeout(flush, gatherMs);
  };
}

/** One connection, until it ends or says nothing for too long; answers the place to go on from. */
async function follow(
  place: string | null,
  queries: QueryClient,
  tell: (change: ApiChange) => void,
  stop: AbortSignal,
) {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silentMs);
  const signal = AbortSignal.any([stop, silence.signal]);
  const isFirst = place === null;
  try {
    const headers: Record<string, string> = place === null ? {} : { 'last-event-id': place };
    const answer = await send('GET /stream', {}, { headers, signal });
    return await readEventBlocks(answer, place, ({ event, data }) => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silentMs);
      set('live', Date.now());
      if (event === 'reset' || (event === 'ready' && !isFirst)) void queries.invalidateQueries();
      else if (event === 'message' && data !== undefined) tell(JSON.parse(data) as ApiChange);
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Begins to follow; answers how to stop. Comes back by itself, more slowly each time. */
export function startLive(queries: QueryClient): () => void {
  const stop = new AbortController();
  const gather = createGathering(queries);
  let place: string | null = null;
  let lostAt: number | null = null;
  let failures = 0;
  let wake = () => {};
  const lost = () => {
    lostAt ??= Date.now();
    set(!navigator.onLine || Date.now() - lostAt > patienceMs ? 'offline' : 'reconnecting');
  };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, ms);
    });
  const tell = (change: ApiChange) => {
    gather(change);
    for (const listener of listeners) listener(change);
  };
  const run = async () => {
    while (!stop.signal.aborted) {
      try {
        const before = link.asOfMs;
        place = await follow(place, queries, tell, stop.signal);
        if (link.asOfMs !== before) [failures, lostAt] = [0, null];
      } catch (error) {
        if (asFailure(error).status === 401) void queries.invalidateQueries({ queryKey: ['me'] });
      }
      if (stop.signal.aborted) return;
      lost();
      failures += 1;
      await pause(Math.min(15_000, 500 * 2 ** Math.min(failures, 5)));
      lost();
    }
  };
  const online = () => wake();
  addEventListener('online', online);
  addEventListener('offline', lost);
  void run();
  return () => {
    stop.abort();
    removeEventListener('online', online);
    removeEventListener('offline', lost);
  };
}
