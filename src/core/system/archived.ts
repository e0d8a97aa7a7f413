// Which streams have left the database, as the system stream says. Pure.
import type { StoredEvent } from '../events.ts';
import { readEvent } from '../timeline/read-event.ts';

/** A stream that has left. `digest`: SHA-256 of its archive, hex; `alerts`: fingerprints that left with it. */
export type Archived = {
  readonly streamId: string;
  /** Number of the incident. */
  readonly number: number;
  readonly head: { readonly version: number; readonly hash: string };
  readonly digest: string;
  readonly archivedAt: string;
  readonly alerts: readonly string[];
};

/** The streams that these events of the system stream let leave, in their order. */
export const archivedIn = (events: readonly Pick<StoredEvent, 'type' | 'data' | 'at'>[]): readonly Archived[] =>
  events.flatMap(({ type, data, at }) => {
    const read = readEvent({ type, data });
    if (read.outcome !== 'known' || read.event.type !== 'stream.archived') return [];
    const { streamId, number, head, digest, alerts } = read.event.data;
    return [{ streamId, number, head, digest, archivedAt: at, alerts }];
  });
