// Reads of the ledger that go through all of it, page by page, on a pool or inside one transaction. Writes nothing.
import type { ClientBase, Pool } from 'pg';
import type { StoredEvent } from '../../core/events.ts';
import { genesis } from '../../core/timeline/chain.ts';
import type { StreamHead } from '../../ports/ledger.ts';

/** Where statements go: a pool, or the connection that holds a transaction. */
export type Queryable = Pool | ClientBase;

type EventRow = Omit<StoredEvent, 'streamId' | 'prevHash'> & { stream_id: string };

function toEvent(
  { stream_id: streamId, seq, type, at, actor, cause, data, hash }: EventRow,
  prevHash: string,
): StoredEvent {
  return { streamId, seq, type, at, actor, cause, data, prevHash, hash };
}

const pageSize = 500;

/** The events of a stream in order. What links one to the one before is read from that one. */
export async function* readStream(db: Queryable, streamId: string, fromSeq = 1): AsyncGenerator<StoredEvent> {
  let prevHash = genesis(streamId);
  for (let next = fromSeq - 1; ; ) {
    const { rows } = await db.query<EventRow>({
      name: 'read-stream',
      text: `SELECT stream_id, seq, type, at, actor, cause, data, encode(hash, 'hex') AS hash
             FROM events WHERE stream_id = $1 AND seq >= $2 ORDER BY seq LIMIT $3`,
      values: [streamId, next, pageSize],
    });
    for (const row of rows) {
      if (row.seq >= fromSeq) yield toEvent(row, prevHash);
      prevHash = row.hash;
    }
    if (rows.length < pageSize) return;
    next = (rows.at(-1)?.seq ?? next) + 1;
  }
}

/** The last event of a stream that came from a cause; null: there is none. */
export async function causedBy(
  db: Queryable,
  streamId: string,
  cause: string,
): Promise<Pick<StoredEvent, 'type' | 'data'> | null> {
  const { rows } = await db.query<Pick<StoredEvent, 'type' | 'data'>>({
    name: 'caused-by',
    text: 'SELECT type, data FROM events WHERE stream_id = $1 AND cause = $2 ORDER BY seq DESC LIMIT 1',
    values: [streamId, cause],
  });
  return rows[0] ?? null;
}

/** Every stream that has events, in order of their ids. */
export async function* streamIds(db: Queryable): AsyncGenerator<string> {
  for (let after: string | null = null; ; ) {
    const { rows }: { rows: { stream_id: string }[] } = await db.query({
      name: 'stream-ids',
      text: `SELECT DISTINCT stream_id FROM events WHERE $1::text IS NULL OR stream_id > $1 ORDER BY stream_id LIMIT $2`,
      values: [after, pageSize],
    });
    for (const row of rows) yield row.stream_id;
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.stream_id ?? after;
  }
}

/** Where each stream's row says that it ends, and how many events there are, in order of the streams' ids. */
export async function* streamHeads(db: Queryable): AsyncGenerator<StreamHead & { streamId: string; held: number }> {
  type Row = { id: string; version: number; head_hash: string; held: number };
  for (let after: string | null = null; ; ) {
    const { rows }: { rows: Row[] } = await db.query({
      name: 'stream-heads',
      text: `SELECT id, version, head_hash, (SELECT count(*) FROM events WHERE stream_id = h.id) AS held
             FROM stream_heads h WHERE $1::text IS NULL OR id > $1 ORDER BY id LIMIT $2`,
      values: [after, pageSize],
    });
    for (const { id, version, head_hash: hash, held } of rows) yield { streamId: id, version, hash, held };
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.id ?? after;
  }
}
