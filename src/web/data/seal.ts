// Checks the record of an incident in this browser: every entry is fetched and its chain recalculated, and the end held against the
// server's word. Shows nothing.
import { useQuery } from '@tanstack/react-query';
import type { ApiTimelineEvent } from '../../contract/timeline.ts';
import { type ChainVerdict, checkChain } from '../model/chain.ts';
import { ask } from './client.ts';
import { keys } from './keys.ts';

const sha256 = async (text: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
};

/** Browsers calculate digests only where the page came over TLS or from this machine. */
export const canVerify = (): boolean => globalThis.crypto?.subtle !== undefined;

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
    enabled: enabled && canVerify(),
    staleTime: 10_000,
    queryFn: async ({ signal }): Promise<ChainVerdict> => checkChain(id, await allEvents(id, signal), sha256),
  });
