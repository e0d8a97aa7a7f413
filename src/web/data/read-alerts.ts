// What the pages of alerts read, one hook for each question. Decides nothing.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { ApiDeliveryStatus } from '../../contract/operation.ts';
import { ask } from './client.ts';
import { keys } from './keys.ts';

/** What is in no stream is asked again in this time. */
const pollMs = 15_000;

/** Alert groups, newest first, as many pages as were asked for. */
export const useGroupPages = (held: boolean) =>
  useInfiniteQuery({
    queryKey: [...keys.alertGroups, 'pages', held],
    queryFn: ({ pageParam, signal }) =>
      ask('GET /alert-groups', { query: { held: held ? 'true' : undefined, limit: 50, cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor ?? undefined,
    refetchInterval: pollMs,
  });

/** One group. */
export const useGroup = (id: string) =>
  useQuery({
    queryKey: [...keys.alertGroups, id],
    queryFn: ({ signal }) => ask('GET /alert-groups/:id', { params: { id } }, signal),
    refetchInterval: pollMs,
  });

/** The incident that a group went on to; null: there is none. */
export const useIncidentOf = (id: string | null) =>
  useQuery({
    queryKey: keys.incident(id ?? ''),
    queryFn: ({ signal }) => ask('GET /incidents/:id', { params: { id: id ?? '' } }, signal),
    enabled: id !== null,
  });

/** What becomes of an alert that is known, at an instant; null: nobody asks. */
export const useExplained = (fingerprint: string | null, at: string | undefined) =>
  useQuery({
    queryKey: ['explained', fingerprint, at ?? null],
    queryFn: ({ signal }) => ask('POST /explain', { body: { fingerprint: fingerprint ?? '', at } }, signal),
    enabled: fingerprint !== null,
    retry: false,
  });

/** Deliveries, newest first, as many pages as were asked for. */
export const useDeliveryPages = (status: ApiDeliveryStatus | undefined) =>
  useInfiniteQuery({
    queryKey: ['deliveries', 'pages', status ?? null],
    queryFn: ({ pageParam, signal }) =>
      ask('GET /deliveries', { query: { status, limit: 50, cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor ?? undefined,
    refetchInterval: pollMs,
  });

/** One delivery with what it said. */
export const useDelivery = (receipt: string) =>
  useQuery({
    queryKey: ['deliveries', 'one', receipt],
    queryFn: ({ signal }) => ask('GET /deliveries/:id', { params: { id: receipt } }, signal),
  });

/** What was refused at the door, and which fields were not as expected. */
export const useDeliveryNotes = () => ({
  refused: useQuery({
    queryKey: ['deliveries', 'refused'],
    queryFn: ({ signal }) => ask('GET /deliveries/refused', { query: { limit: 50 } }, signal),
    refetchInterval: pollMs,
  }),
  faults: useQuery({
    queryKey: ['deliveries', 'faults'],
    queryFn: ({ signal }) => ask('GET /deliveries/faults', { query: { limit: 50 } }, signal),
    refetchInterval: pollMs,
  }),
});
