// Checks the record of an incident in this browser: every entry is fetched and its chain recalculated by the rules of `firebreak audit
// verify`, in a worker. Shows nothing.
import { useQuery } from '@tanstack/react-query';
import type { ApiTimelineEvent } from '../../contract/timeline.ts';
import type { ChainVerdict } from '../verify/messages.ts';
import { startVerifier, type Verifier } from '../verify/verifier.ts';
import { ask } from './client.ts';
import { keys } from './keys.ts';

let verifier: Verifier | null = null;

/** As many entries are checked without being asked. */
export const checkedByItself = 5000;

async function allEvents(id: string, signal: AbortSignal): Promise<readonly ApiTimelineEvent[]> {
  const events: ApiTimelineEvent[] = [];
  for (let from: number | null = 1; from !== null; ) {
    const page: { items: readonly ApiTimelineEvent[]; next: number | null } = await ask(
      'GET /incidents/:id/timeline',
      { params: { id }, query: { from, limit: 1000 } },
      signal,
    );
    events.push(...page.items);
    from = page.next;
  }
  return events;
}

/** The verdict on an incident's record. */
export const useSeal = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: keys.seal(id),
    enabled,
    staleTime: 10_000,
    queryFn: async ({ signal }): Promise<ChainVerdict> => {
      const events = await allEvents(id, signal);
      verifier ??= startVerifier();
      return verifier.ask('chain', { streamId: id, events });
    },
  });
