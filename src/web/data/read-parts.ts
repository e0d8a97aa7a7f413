// How the parts of the process stand, asked for again and again: no stream tells of them. Decides nothing.
import { useQuery } from '@tanstack/react-query';
import type { ApiParts } from '../../contract/parts.ts';
import { basePath } from './base.ts';
import { failureOf } from './failure.ts';
import { keys } from './keys.ts';
import { heldToken } from './token.ts';

const everyMs = 30_000;

/** All parts. */
export const useParts = () =>
  useQuery({
    queryKey: keys.parts,
    queryFn: async ({ signal }) => {
      const token = heldToken();
      const headers = new Headers(token === null ? {} : { authorization: `Bearer ${token}` });
      const answer = await fetch(`${basePath}healthz/parts`, { headers, signal });
      if (!answer.ok) throw await failureOf(answer);
      return (await answer.json()) as ApiParts;
    },
    refetchInterval: everyMs,
    retry: false,
  });
