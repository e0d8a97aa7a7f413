// What the reader chose for this browser: theme and time zone. Kept here and told to nobody.
import { useSyncExternalStore } from 'react';
import { isZone, type Zone } from '../model/time.ts';

/** `system`: as the machine has it. */
export type ChosenTheme = 'system' | 'light' | 'dark';

const watchers = new Set<() => void>();
const subscribe = (watcher: () => void) => {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
};

/** Storage may be forbidden; the page works without it. */
function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a choice and draws whatever depends on it. */
export function choose(key: 'firebreak.theme' | 'firebreak.zone', value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // It holds until the page is left.
  }
  if (key === 'firebreak.theme') applyTheme();
  for (const watcher of watchers) watcher();
}

const theme = (): ChosenTheme => {
  const kept = stored('firebreak.theme');
  return kept === 'light' || kept === 'dark' ? kept : 'system';
};
const zone = (): Zone => {
  const kept = stored('firebreak.zone');
  return kept !== null && isZone(kept) ? kept : 'local';
};

/** Tells the styles which theme counts. */
export function applyTheme(): void {
  const chosen = theme();
  if (chosen === 'system') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.dataset['theme'] = chosen;
}

/** The chosen theme. */
export const useTheme = (): ChosenTheme => useSyncExternalStore(subscribe, theme);
/** The chosen time zone. */
export const useZone = (): Zone => useSyncExternalStore(subscribe, zone);
