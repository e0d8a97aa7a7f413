// Which rows snapshots are of, and what their digests are bound to. Writes nothing.
import { systemStreamId } from '../../core/system/events.ts';
import type { Head } from '../../core/timeline/chain.ts';
import type { Snapshot } from './snapshot-digest.ts';

/** Which row a snapshot is. */
export type Row = Pick<Snapshot, 'table' | 'id' | 'streamId'>;
/** A snapshot of a row, bound to an end of its stream. */
export const bound = (row: Row, { version, hash }: Head, digest: string): Snapshot => ({
  table: row.table,
  id: row.id,
  streamId: row.streamId,
  version,
  hash,
  textDigest: digest,
});
/** An incident's row. */
export const incidentRow = (id: string): Row => ({ table: 'incidents', id, streamId: id });
/** A run's row. */
export const runRow = (id: string, streamId: string): Row => ({ table: 'runs', id, streamId });
/** What a run's start fixed: written once, and bound to no end of its stream. */
export const originRow = (id: string, streamId: string): Row => ({ table: 'origins', id, streamId });
/** In place of such an end. */
export const originHead: Head = { version: 0, hash: '' };
/** The row of a group, or of the system. */
export const streamRow = (id: string): Row => ({ table: 'streams', id, streamId: id });
/** The row of the system. */
export const systemRow = streamRow(systemStreamId);

/** The row of an incident, or of a stream, by the columns that make a snapshot. */
export type IncidentColumns = {
  readonly id: string;
  readonly state: string;
  readonly proof: string | null;
  readonly version: number;
  readonly head_hash: string;
};
