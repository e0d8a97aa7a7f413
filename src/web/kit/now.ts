// The clock of everything that counts: one timer for all that is shown, so that numbers change together.
import { useSyncExternalStore } from 'react';

let nowMs = Date.now();
const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  if (timer === null) nowMs = Date.now();
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const one of watchers) one();
  }, 1000);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** Epoch milliseconds, at most as fine as `everyMs`: what counts minutes is drawn once a minute. */
export const useNow = (everyMs = 1000): number =>
  useSyncExternalStore(subscribe, () => (everyMs <= 1000 ? nowMs : Math.floor(nowMs / everyMs) * everyMs));
