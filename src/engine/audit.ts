// Verifies the record: every stream against its chain and against where it is known to end. Changes nothing.
import { z } from 'zod';
import { StoredEvent } from '../core/events.ts';
import { type BadPlace, type Head, verifyChain } from '../core/timeline/chain.ts';
import type { EventStore } from '../ports.ts';

/** How an audit ended: how much was verified, or the first bad place. */
export type AuditResult =
  | { readonly outcome: 'ok'; readonly streams: number; readonly events: number }
  | { readonly outcome: 'bad'; readonly place: BadPlace };

/** Where the read models say that each stream ends. */
export type StreamHeads = () => AsyncIterable<{ readonly streamId: string } & Head>;

/** Verifies every stream in the database. `progress` is told the number of streams done. */
export async function auditDatabase(
  store: Pick<EventStore, 'readStream' | 'streamIds'>,
  heads: StreamHeads,
  progress: (streams: number) => void = () => undefined,
): Promise<AuditResult> {
  let streams = 0;
  let events = 0;
  const seen = new Set<string>();
  for await (const { streamId, version, hash } of heads()) {
    seen.add(streamId);
    const check = await verifyChain(streamId, store.readStream(streamId), { version, hash });
    if (check.outcome === 'bad') return check;
    streams += 1;
    events += check.head.version;
    progress(streams);
  }
  for await (const streamId of store.streamIds()) {
    if (seen.has(streamId)) continue;
    const problem = 'the stream belongs to no incident';
    return { outcome: 'bad', place: { streamId, seq: 1, type: null, at: null, problem } };
  }
  return { outcome: 'ok', streams, events };
}

const Bundle = z.object({
  schema: z.literal('firebreak/bundle/v1'),
  streamId: z.string(),
  head: z.object({ version: z.number(), hash: z.string() }),
  events: z.array(StoredEvent),
});

/** Verifies an exported bundle, offline. */
export async function auditBundle(text: string): Promise<AuditResult> {
  const unreadable = (problem: string): AuditResult => ({
    outcome: 'bad',
    place: { streamId: '(bundle)', seq: 0, type: null, at: null, problem },
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return unreadable(`it is not JSON: ${(error as Error).message}`);
  }
  const bundle = Bundle.safeParse(json);
  if (!bundle.success)
    return unreadable(`it is no bundle: ${bundle.error.issues[0]?.path.join('.')}: ${bundle.error.issues[0]?.message}`);
  const { streamId, events, head } = bundle.data;
  const check = await verifyChain(streamId, events, head);
  return check.outcome === 'bad' ? check : { outcome: 'ok', streams: 1, events: events.length };
}
