// What the pages of playbooks read. Decides nothing.
import { useQuery } from '@tanstack/react-query';
import { ask } from './client.ts';
import { asFailure } from './failure.ts';
import { keys } from './keys.ts';

/** The register: who answers for each playbook, how it went, what is missing. */
export const useRegister = () =>
  useQuery({ queryKey: [...keys.playbooks, 'register'], queryFn: ({ signal }) => ask('GET /register', {}, signal) });

/** The versions that were in force here. */
export const usePlaybookVersions = (name: string) =>
  useQuery({
    queryKey: [...keys.playbooks, name, 'versions'],
    queryFn: ({ signal }) => ask('GET /playbooks/:name/versions', { params: { name } }, signal),
  });

/** What was recorded of its versions, and how its canary does; null: nothing is. */
export const usePlaybookLife = (name: string) =>
  useQuery({
    queryKey: [...keys.playbooks, name, 'life'],
    queryFn: ({ signal }) =>
      ask('GET /playbooks/:name/life', { params: { name } }, signal).catch((error: unknown) => {
        if (asFailure(error).status === 404) return null;
        throw error;
      }),
    refetchInterval: 30_000,
  });

/** What its version in shadow would have done. */
export const useShadow = (name: string) =>
  useQuery({
    queryKey: [...keys.playbooks, name, 'shadow'],
    queryFn: ({ signal }) => ask('GET /playbooks/:name/shadow', { params: { name } }, signal),
    refetchInterval: 30_000,
  });

/** What differs between the live version and another, in words; null: nobody asks. */
export const usePlaybookDiff = (name: string, to: string | null) =>
  useQuery({
    queryKey: [...keys.playbooks, name, 'diff', to],
    queryFn: ({ signal }) => ask('GET /playbooks/:name/diff', { params: { name }, query: { to: to ?? '' } }, signal),
    enabled: to !== null,
  });

/** The text of one version; null: nobody asks. */
export const usePlaybookSource = (name: string, digest: string | null) =>
  useQuery({
    queryKey: [...keys.playbooks, name, 'source', digest],
    queryFn: ({ signal }) =>
      ask('GET /playbooks/:name/versions/:digest', { params: { name, digest: digest ?? '' } }, signal),
    enabled: digest !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What is promised of the automation, and how it stands. */
export const useSlo = () =>
  useQuery({
    queryKey: keys.slo,
    queryFn: ({ signal }) => ask('GET /slo', {}, signal),
    staleTime: 60_000,
    refetchInterval: 5 * 60_000,
  });

/** When playbooks start by themselves, and what became of that. */
export const useSchedules = () =>
  useQuery({
    queryKey: keys.schedules,
    queryFn: ({ signal }) => ask('GET /schedules', {}, signal),
    refetchInterval: 60_000,
  });
