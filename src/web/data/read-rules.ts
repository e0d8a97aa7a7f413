// What the pages of authority read: rights, policies, freezes, and how much playbooks are trusted. Decides nothing.
import { useMutation, useQuery } from '@tanstack/react-query';
import type { AskedAccess } from '../model/access.ts';
import { ask } from './client.ts';
import { keys } from './keys.ts';

/** What is in no stream is asked again in this time. */
const pollMs = 15_000;

/** Who has which right, for administrators. */
export const useAccess = (enabled: boolean) =>
  useQuery({ queryKey: keys.access, queryFn: ({ signal }) => ask('GET /access', {}, signal), enabled });

/** Asks whether somebody has a right: anew each time, because approvals and incidents change. */
export const useAskAccess = () =>
  useMutation({ mutationFn: (query: AskedAccess) => ask('GET /access/check', { query }) });

/** The policies in force. */
export const usePolicies = () =>
  useQuery({
    queryKey: keys.policies,
    queryFn: ({ signal }) => ask('GET /policies', {}, signal),
    refetchInterval: pollMs,
  });

/** Every freeze, and whether it holds. */
export const useFreezes = () =>
  useQuery({
    queryKey: keys.freezes,
    queryFn: ({ signal }) => ask('GET /freezes', {}, signal),
    refetchInterval: pollMs,
  });

/** Which playbooks act without asking. */
export const useTrust = () =>
  useQuery({ queryKey: keys.trust, queryFn: ({ signal }) => ask('GET /trust', {}, signal), refetchInterval: pollMs });
