// What the pages read, one hook for each question to the API. Decides nothing.
import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';
import type { ApiApproval } from '../../contract/approval.ts';
import type { ApiIncident } from '../../contract/incident.ts';
import type { ApiEntryKind } from '../../contract/ledger.ts';
import type { ApiMe } from '../../contract/me.ts';
import type { ApiDeliveryStatus } from '../../contract/operation.ts';
import type { ApiRun } from '../../contract/run.ts';
import { ask } from './client.ts';
import { keys } from './keys.ts';
import { learnNames } from './names.ts';

/** What is in no stream is asked again in this time. */
const pollMs = 15_000;

/** Asks who looks at the page. */
export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => ask('GET /me', {}, signal),
  staleTime: 5 * 60_000,
});

/** Who looks at the page. */
export const useMe = () => useQuery(meQuery);

/** Passkeys of whoever looks; of everybody for administrators. */
export const usePasskeys = () =>
  useQuery({ queryKey: keys.passkeys, queryFn: ({ signal }) => ask('GET /passkeys', {}, signal) });

/** A right that the configuration gives. */
export type WebRight = keyof ApiMe['rights'];

/** Why whoever looks may not do it to anything; null: he, she or it may, at least to something. */
export function useLacking(right: WebRight): string | null {
  const { data: me } = useMe();
  if (!me || me.rights[right] || me.bound.includes(right)) return null;
  return `${me.actor.name ?? me.actor.id} lacks the right to ${right}.`;
}

/** What a list of incidents asks for. */
export type IncidentFilter = {
  readonly status?: ApiIncident['status'] | undefined;
  readonly severity?: number | undefined;
  readonly q?: string | undefined;
};

/** Incidents that fit, newest first, as many pages as were asked for. The list before stays while the next one comes. */
export const useIncidentPages = ({ status, severity, q }: IncidentFilter) => {
  const query = { status, severity, q, limit: 200 };
  return useInfiniteQuery({
    queryKey: keys.incidents(query),
    queryFn: ({ pageParam, signal }) => ask('GET /incidents', { query: { ...query, cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
};

const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: keys.incident(id),
    queryFn: ({ signal }) => ask('GET /incidents/:id', { params: { id } }, signal),
  });

/** One incident, by id or number. */
export const useIncident = (id: string) => useQuery(incidentQuery(id));

/** The runs of an incident, newest first. */
export const useRunsOf = (incident: string | undefined) =>
  useQuery({
    queryKey: keys.runs({ incident, limit: 200 }),
    queryFn: ({ signal }) => ask('GET /runs', { query: { incident, limit: 200 } }, signal),
    enabled: incident !== undefined,
  });

/** Runs of a playbook, or all; newest first, as many pages as were asked for. */
export const useRunPages = (query: { readonly playbook?: string; readonly status?: ApiRun['status'] }) => {
  const asked = { playbook: query.playbook, status: query.status, limit: 50 };
  return useInfiniteQuery({
    queryKey: keys.runs(asked),
    queryFn: ({ pageParam, signal }) => ask('GET /runs', { query: { ...asked, cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor ?? undefined,
  });
};

const underWay = ['running', 'queued', 'compensating', 'cancelling', 'finishing'] as const satisfies ApiRun['status'][];

/** Every run that has not ended, the oldest first. */
export const useLiveRuns = () =>
  useQuery({
    queryKey: keys.liveRuns,
    queryFn: async ({ signal }) => {
      const lists = await Promise.all(
        underWay.map((status) => ask('GET /runs', { query: { status, limit: 100 } }, signal)),
      );
      return lists.flatMap(({ items }) => items).toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
    },
  });

/** Runs that are in one state for too long. Time alone makes a run stuck. */
export const useStuck = () =>
  useQuery({
    queryKey: keys.stuck,
    queryFn: ({ signal }) => ask('GET /stuck', {}, signal),
    refetchInterval: 60_000,
  });

/** One run. */
export const useRun = (id: string) =>
  useQuery({
    queryKey: keys.run(id),
    queryFn: ({ signal }) => ask('GET /runs/:id', { params: { id } }, signal),
  });

/** Requests for a decision, newest first. */
export const useApprovals = (status: ApiApproval['status'] | undefined) => {
  const query = { status, limit: 100 };
  return useQuery({
    queryKey: keys.approvals(query),
    queryFn: ({ signal }) => ask('GET /approvals', { query }, signal),
  });
};

/** The playbooks in force. */
export const usePlaybooks = () =>
  useQuery({ queryKey: keys.playbooks, queryFn: ({ signal }) => ask('GET /playbooks', {}, signal) });

/** What is halted. */
export const useKillSwitches = () =>
  useQuery({
    queryKey: keys.killSwitches,
    queryFn: ({ signal }) => ask('GET /kill-switches', {}, signal),
    refetchInterval: 5_000,
  });

/** Silences that are not over. */
export const useSilences = () =>
  useQuery({
    queryKey: keys.silences,
    queryFn: ({ signal }) => ask('GET /silences', {}, signal),
    refetchInterval: pollMs,
  });

/** Maintenance windows that are not over. */
export const useWindows = () =>
  useQuery({
    queryKey: keys.windows,
    queryFn: ({ signal }) => ask('GET /windows', {}, signal),
    refetchInterval: pollMs,
  });

/** Deliveries of a status, newest first. */
export const useDeliveries = (status: ApiDeliveryStatus | undefined) => {
  const query = { status, limit: 100 };
  return useQuery({
    queryKey: keys.deliveries(query),
    queryFn: ({ signal }) => ask('GET /deliveries', { query }, signal),
    refetchInterval: pollMs,
  });
};

/** Alert groups that hold something now. */
export const useHeldGroups = () =>
  useQuery({
    queryKey: keys.alertGroups,
    queryFn: ({ signal }) => ask('GET /alert-groups', { query: { held: 'true', limit: 100 } }, signal),
    refetchInterval: pollMs,
  });

/** Who is on call. */
export const useOnCall = () =>
  useQuery({
    queryKey: keys.onCall,
    queryFn: ({ signal }) => ask('GET /on-call', {}, signal),
    refetchInterval: 60_000,
  });

/** Sessions of people who signed in. */
export const useSessions = (enabled: boolean) =>
  useQuery({ queryKey: keys.sessions, queryFn: ({ signal }) => ask('GET /sessions', {}, signal), enabled });

/** How far the record is sealed. */
export const useRecordState = () =>
  useQuery({
    queryKey: keys.record,
    queryFn: ({ signal }) => ask('GET /record', {}, signal),
    refetchInterval: pollMs,
  });

/** Service tokens. */
export const useTokens = (enabled: boolean) =>
  useQuery({ queryKey: keys.tokens, queryFn: ({ signal }) => ask('GET /tokens', {}, signal), enabled });

const frameQuery = (id: string, at: string | null) =>
  queryOptions({
    queryKey: keys.frame(id, at),
    queryFn: async ({ signal }) => {
      const query = { at: at ?? undefined };
      const frame = await ask('GET /incidents/:id/frame', { params: { id }, query }, signal);
      learnNames(frame.lanes.people);
      return frame;
    },
    staleTime: at === null ? 30_000 : Number.POSITIVE_INFINITY,
  });

/** What was known of an incident at an instant; null: now. The picture before stays while the next one comes. */
export const useFrame = (id: string, at: string | null) =>
  useQuery({ ...frameQuery(id, at), placeholderData: keepPreviousData });

const ledgerQuery = (id: string, kind: ApiEntryKind | undefined, at: string | null, limit = 200) => {
  const query = { kind, at: at ?? undefined, limit };
  return infiniteQueryOptions({
    queryKey: keys.ledger(id, query),
    queryFn: async ({ pageParam, signal }) => {
      const asked = { params: { id }, query: { ...query, before: pageParam } };
      const page = await ask('GET /incidents/:id/ledger', asked, signal);
      learnNames(page.items.map(({ actor }) => actor));
      return page;
    },
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ before }) => before ?? undefined,
  });
};

/** Entries of the ledger, the newest first, as many pages of `limit` as were asked for. */
export const useLedger = (id: string, kind: ApiEntryKind | undefined, at: string | null, limit?: number) =>
  useInfiniteQuery({ ...ledgerQuery(id, kind, at, limit), placeholderData: keepPreviousData });

/** Asks for what the page of an incident begins with, all of it at once, and waits for none of it. */
export function prefetchIncident(queries: QueryClient, id: string, at: string | null): void {
  void queries.prefetchQuery(incidentQuery(id));
  void queries.prefetchQuery(frameQuery(id, at));
  void queries.prefetchInfiniteQuery(ledgerQuery(id, undefined, at));
}
