// What is learned from incidents, asked of the API. Decides nothing.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type InsightSearch, spanOf } from '../model/insights.ts';
import { ask } from './client.ts';
import { keys } from './keys.ts';
import { useZone } from './preferences.ts';

/** Figures of the time that the address names. Where incidents are not counted yet, it asks again by itself. */
export function useInsights(search: InsightSearch) {
  const zone = useZone();
  const query = {
    ...spanOf(search, Date.now()),
    by: search.by,
    service: search.service,
    zone: zone === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone,
  };
  return useQuery({
    queryKey: keys.insights(query),
    queryFn: ({ signal }) => ask('GET /insights', { query }, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    refetchInterval: ({ state }) => ((state.data?.pending ?? 0) > 0 ? 2000 : false),
  });
}

/** Incidents that are like one, the likest first. */
export const useSimilar = (id: string) =>
  useQuery({
    queryKey: keys.similar(id),
    queryFn: async ({ signal }) =>
      (await ask('GET /incidents/:id/similar', { params: { id }, query: { limit: 5 } }, signal)).items,
    staleTime: 5 * 60_000,
  });
