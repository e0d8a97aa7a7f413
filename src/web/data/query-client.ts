// How answers are kept: the stream says what is old, so nothing is asked again just because time passed.
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { asFailure } from './failure.ts';
import { keys } from './keys.ts';

/** Makes the store of answers. A proof that counts no more is asked about anew, which leads to the sign-in. */
export function createQueries(): QueryClient {
  const queries = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, { queryKey }) => {
        if (asFailure(error).status === 401 && queryKey[0] !== keys.me[0])
          void queries.invalidateQueries({ queryKey: keys.me });
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 10 * 60_000,
        networkMode: 'always',
        retry: (count, error) => asFailure(error).type === 'away' && count < 2,
        retryDelay: 1000,
      },
      mutations: { networkMode: 'always' },
    },
  });
  return queries;
}
