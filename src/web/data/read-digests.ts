// Digests, asked of the API. Decides nothing.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { DigestSearch } from '../model/digest-search.ts';
import { ask } from './client.ts';
import { keys } from './keys.ts';

/** The digest that the address names. */
export const useDigest = ({ kind = 'daily', at }: DigestSearch) =>
  useQuery({
    queryKey: keys.digest(kind, at ?? null),
    queryFn: ({ signal }) => ask('GET /digests/:kind', { params: { kind }, query: { at } }, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
