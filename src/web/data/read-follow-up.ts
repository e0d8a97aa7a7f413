// What the pages of evidence, postmortems and action items read. Decides nothing.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ask, send } from './client.ts';
import { keys } from './keys.ts';

/** The evidence of an incident, in the order in which it was captured. */
export const useEvidence = (incident: string) =>
  useQuery({
    queryKey: keys.evidence(incident),
    queryFn: ({ signal }) => ask('GET /incidents/:id/evidence', { params: { id: incident } }, signal),
  });

/** The content of one piece; it never changes, but it may be taken out of the record, so it is not kept here. */
export const useArtifact = (digest: string) =>
  useQuery({
    queryKey: keys.artifact(digest),
    queryFn: async ({ signal }) =>
      (await send('GET /artifacts/:digest', { params: { digest }, query: { inline: '1' } }, { signal })).blob(),
    gcTime: 0,
  });

/** The postmortem of an incident, by id or number. */
export const usePostmortem = (incident: string) =>
  useQuery({
    queryKey: keys.postmortem(incident),
    queryFn: ({ signal }) => ask('GET /incidents/:id/postmortem', { params: { id: incident } }, signal),
  });

/** One entry of the ledger with everything that was recorded; null: nobody asks. */
export const useEntry = (incident: string, seq: number | null) =>
  useQuery({
    queryKey: keys.entry(incident, seq),
    queryFn: ({ signal }) => ask('GET /incidents/:id/ledger/:seq', { params: { id: incident, seq: seq ?? 0 } }, signal),
    enabled: seq !== null,
  });

/** Action items of all incidents, those of the newest first, as many pages as were asked for. */
export const useActionItemPages = (query: {
  readonly status?: 'open' | 'done' | 'dropped' | undefined;
  readonly overdue?: 'true' | undefined;
}) =>
  useInfiniteQuery({
    queryKey: keys.actionItems(query),
    queryFn: ({ pageParam, signal }) => ask('GET /action-items', { query: { ...query, cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor ?? undefined,
  });
