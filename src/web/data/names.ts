// What people are called: by the configuration, and as answers that were read call them. One memory for every page.
import { useQuery } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { named } from '../model/names.ts';
import { ask } from './client.ts';
import { keys } from './keys.ts';

type Named = { readonly id: string; readonly name?: string | undefined };

let known: ReadonlyMap<string, string> = new Map();
const watchers = new Set<() => void>();

/** Takes down what an answer calls people. */
export function learnNames(people: readonly Named[]): void {
  const news = people.filter(({ id, name }) => name !== undefined && name !== id && known.get(id) !== name);
  if (news.length === 0) return;
  known = new Map([...known, ...news.map(({ id, name = id }) => [id, name] as const)]);
  for (const watcher of watchers) watcher();
}

const subscribe = (watcher: () => void) => {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
};

/** Puts names in the place of the ids of people, in an id alone and in a sentence. */
export function useNames(): (text: string) => string {
  const people = useQuery({
    queryKey: keys.people,
    queryFn: ({ signal }) => ask('GET /people', {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
  const learnt = useSyncExternalStore(subscribe, () => known);
  return useCallback(
    (text: string) => named(text, (id) => learnt.get(id) ?? people?.items.find((one) => one.id === id)?.name),
    [people, learnt],
  );
}
