// What the pages of playbooks read. Decides nothing.
import { useQuery } from '@tanstack/react-query';
import { ask } from './client.ts';
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
