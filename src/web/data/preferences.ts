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

/** What was read: hundreds of instants ask for the zone each time that something is drawn. Another tab that chooses otherwise is heard. */
const known = new Map<string, string | null>();
addEventListener('storage', () => {
  known.clear();
  applyTheme();
  for (const watcher of watchers) watcher();
});

/** Storage may be forbidden; the page works without it. */
function stored(key: string): string | null {
  const read = known.get(key);
  if (read !== undefined) return read;
  let value: string | null = null;
  try {
    value = localStorage.getItem(key);
  } catch {
    // What is chosen holds until the page is left.
  }
  known.set(key, value);
  return value;
}

/** Keeps a choice and draws whatever depends on it. */
export function choose(key: 'firebreak.theme' | 'firebreak.zone', value: string): void {
  known.set(key, value);
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
let checked: { readonly kept: string | null; readonly zone: Zone } = { kept: null, zone: 'local' };
const zone = (): Zone => {
  const kept = stored('firebreak.zone');
  if (kept !== checked.kept) checked = { kept, zone: kept !== null && isZone(kept) ? kept : 'local' };
  return checked.zone;
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
