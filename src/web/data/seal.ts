// Checks the record of an incident in this browser: every entry is fetched and its chain recalculated by the rules of `firebreak audit
// verify`, in a worker. Shows nothing.
import { useQuery } from '@tanstack/react-query';
import type { ApiTimelineEvent } from '../../contract/timeline.ts';
import { redactedBySeq } from '../model/redacted.ts';
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

/** What vouches for entries that were taken out; it may be read after them only: what it vouches for stands there by then. */
const redactionsOf = async (id: string, signal?: AbortSignal) =>
  (await ask('GET /incidents/:id/redactions', { params: { id } }, signal)).items;

async function verdict(id: string, signal: AbortSignal): Promise<ChainVerdict> {
  const events = await allEvents(id, signal);
  const redactions = await redactionsOf(id, signal);
  verifier ??= startVerifier();
  return verifier.ask('chain', { streamId: id, events, redactions });
}

/** The verdict on an incident's record. */
export const useSeal = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: keys.seal(id),
    enabled,
    staleTime: 10_000,
    queryFn: async ({ signal }): Promise<ChainVerdict> => {
      const first = await verdict(id, signal);
      // Something may have been taken out, once more, between the two answers: what is broken is so the second time as well.
      return first.outcome === 'bad' ? verdict(id, signal) : first;
    },
  });

/** Who took something out of which entries of an incident, the last time of each. */
export const useRedacted = (id: string) =>
  useQuery({
    queryKey: keys.redactions(id),
    staleTime: 30_000,
    queryFn: ({ signal }) => redactionsOf(id, signal),
    select: redactedBySeq,
  });
