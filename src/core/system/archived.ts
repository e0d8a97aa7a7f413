// Which streams have left the database, as the system stream says. Pure.
import type { StoredEvent } from '../events.ts';
import { readEvent } from '../timeline/read-event.ts';

/** A stream that has left. `digest`: SHA-256 of its archive, hex; `alerts`: fingerprints that left with it. */
export type Archived = {
  readonly streamId: string;
  /** Number of the incident; null: it was an alert group. */
  readonly number: number | null;
  readonly head: { readonly version: number; readonly hash: string };
  readonly digest: string;
  readonly archivedAt: string;
  readonly alerts: readonly string[];
  readonly isPrivate: boolean;
};

/** What is still known of an incident that has left. */
export type ArchivedIncident = Pick<Archived, 'archivedAt' | 'isPrivate'> & {
  readonly id: string;
  readonly number: number;
};

/** The name of the file that a stream leaves for. */
export const archiveFile = ({ id, number }: { readonly id: string; readonly number: number | null }): string =>
  number === null ? `alert-group.${id}.bundle.json` : `incident-${number}.${id}.bundle.json`;

/** What is told of it in the place of the incident: where it is, how it is read, and what a redaction is to reach there. */
export const archivedWords = (gone: Omit<ArchivedIncident, 'isPrivate'>): string =>
  `incident #${gone.number} left the database for an archive at ${gone.archivedAt}: it is the file ${archiveFile(gone)} where the archives are kept. Open that file on the page under /bundle, or check it with \`firebreak audit verify --file FILE\`. What must not stand in it any more is taken out by deleting the file: of what left, the record keeps only its digest`;

/** The streams that these events of the system stream let leave, in their order. */
export const archivedIn = (events: readonly Pick<StoredEvent, 'type' | 'data' | 'at'>[]): readonly Archived[] =>
  events.flatMap(({ type, data, at }) => {
    const read = readEvent({ type, data });
    if (read.outcome !== 'known' || read.event.type !== 'stream.archived') return [];
    const { streamId, number = null, head, digest, alerts, isPrivate = false } = read.event.data;
    return [{ streamId, number, head, digest, archivedAt: at, alerts, isPrivate }];
  });
