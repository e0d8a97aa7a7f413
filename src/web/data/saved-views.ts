// Filters that somebody gave a name, kept in this browser.
import { useSyncExternalStore } from 'react';
import { type IncidentSearch, readIncidentSearch } from '../model/incidents.ts';

/** A list of incidents under a name. */
export type SavedView = { readonly name: string; readonly search: IncidentSearch };

const key = 'firebreak.views';
const most = 20;
const watchers = new Set<() => void>();

function read(): readonly SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept.flatMap((one: { name?: unknown; search?: unknown }) =>
      typeof one?.name === 'string' && typeof one.search === 'object' && one.search !== null
        ? [{ name: one.name, search: readIncidentSearch({ ...one.search }) }]
        : [],
    );
  } catch {
    return [];
  }
}

let views = read();

function write(next: readonly SavedView[]): void {
  views = next;
  try {
    localStorage.setItem(key, JSON.stringify(next));
  } catch {
    // They hold until the page is left.
  }
  for (const watcher of watchers) watcher();
}

/** The kept views. */
export const useSavedViews = (): readonly SavedView[] =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => views,
  );

/** Keeps a view; one of the same name is replaced. */
export const saveView = (view: SavedView): void =>
  write([...views.filter(({ name }) => name !== view.name), view].slice(-most));

/** Forgets a view. */
export const dropView = (name: string): void => write(views.filter((one) => one.name !== name));
