// The ledger of one incident in pages both ways, one entry, and events for a frame: by its primary key, without folding anything.
import type { Pool } from 'pg';
import type { Actor, StoredEvent } from '../../core/events.ts';
import { systemStreamId } from '../../core/system/events.ts';
import { genesis } from '../../core/timeline/chain.ts';
import type { FrameEvent } from '../../core/timeline/frame.ts';
import type { LedgerReads, LedgerRow, LedgerSlice } from '../../ports/ledger-reads.ts';

/** Data of an entry up to this size comes with its page; larger ones are fetched one by one. */
const maxInlineBytes = 64 * 1024;
/** So many of these at the utmost in one page. */
const maxLarge = 8;
/** Events of one part for a frame. */
const partSize = 1000;

type Row = Omit<LedgerRow, 'streamId' | 'data'> & { stream_id: string; data: StoredEvent['data'] | null };

const columns = `stream_id, seq, type, at, actor, CASE WHEN octet_length(data::text) <= ${maxInlineBytes} THEN data END AS data`;
const wanted = `CASE $4 WHEN 'only' THEN type = ANY($5::text[]) WHEN 'but' THEN type <> ALL($5::text[]) ELSE true END`;
const after = `SELECT ${columns} FROM events WHERE stream_id = $1 AND seq > $2 AND seq <= $3 AND ${wanted} ORDER BY seq LIMIT $6`;
const before = `SELECT ${columns} FROM events WHERE stream_id = $1 AND seq < $2 AND seq <= $3 AND ${wanted} ORDER BY seq DESC LIMIT $6`;

type LinkedRow = Omit<StoredEvent, 'streamId' | 'prevHash'> & { prev: string | null };
const linkedColumns = `SELECT e.seq, e.type, e.at, e.actor, e.cause, e.data, encode(e.hash, 'hex') AS hash,
    (SELECT encode(p.hash, 'hex') FROM events p WHERE p.stream_id = e.stream_id AND p.seq = e.seq - 1) AS prev
  FROM events e`;

/** An event as it was linked. */
function linked(streamId: string, { prev, seq, type, at, actor, cause, data, hash }: LinkedRow): StoredEvent {
  return { streamId, seq, type, at, actor, cause, data, prevHash: prev ?? genesis(streamId), hash };
}

/** Rows in the order in which they were asked for, up to the bounds of a page. */
function bounded(rows: readonly Row[], limit: number): readonly Row[] {
  let large = 0;
  const end = rows.findIndex(({ data }) => data === null && ++large > maxLarge);
  return rows.slice(0, end === -1 ? limit : Math.min(end, limit));
}

/** Those who act are few and come again and again. */
function actorIn(known: Map<string, Actor>, text: string): Actor {
  const before = known.get(text);
  if (before !== undefined) return before;
  const actor: Actor = JSON.parse(text);
  known.set(text, actor);
  return actor;
}

/** Events in parts, of which the next is on its way while one is worked on. */
async function* eventsBetween(
  pool: Pick<Pool, 'query'>,
  streamId: string,
  { after: from, upTo }: Parameters<LedgerReads['eventsBetween']>[1],
): AsyncGenerator<readonly FrameEvent[]> {
  const read = (last: number) =>
    pool.query<Omit<FrameEvent, 'streamId' | 'actor'> & { actor: string }>({
      name: 'ledger-between',
      text: `SELECT seq, type, at, actor::text AS actor, data, encode(hash, 'hex') AS hash
             FROM events WHERE stream_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4`,
      values: [streamId, last, upTo, partSize],
    });
  const actors = new Map<string, Actor>();
  let coming = from < upTo ? read(from) : null;
  while (coming !== null) {
    const { rows } = await coming;
    const last = rows.at(-1)?.seq;
    if (last === undefined) return;
    // The database works on the next part while this one is worked on here. Whoever leaves before does not ask what became of it.
    coming = last < upTo ? read(last) : null;
    coming?.catch(() => undefined);
    yield rows.map(({ seq, type, at, actor, data, hash }) => ({
      streamId,
      seq,
      type,
      at,
      actor: actorIn(actors, actor),
      data,
      hash,
    }));
  }
}

/** The reads on PostgreSQL. */
export function createLedgerReads(pool: Pick<Pool, 'query'>): LedgerReads {
  async function entry(streamId: string, seq: number): Promise<StoredEvent | null> {
    const { rows } = await pool.query<LinkedRow>({
      name: 'ledger-entry',
      text: `${linkedColumns} WHERE e.stream_id = $1 AND e.seq = $2`,
      values: [streamId, seq],
    });
    const [row] = rows;
    return row ? linked(streamId, row) : null;
  }

  /** What was too large to come with its page. */
  async function whole({ stream_id: streamId, seq, type, at, actor, data }: Row): Promise<LedgerRow> {
    const given = data ?? (await entry(streamId, seq))?.data ?? {};
    return { streamId, seq, type, at, actor, data: given };
  }

  return {
    entry,

    async slice({ streamId, upTo, from, limit, types }: LedgerSlice) {
      const { rows } = await pool.query<Row>({
        name: `ledger-${from.side}`,
        text: from.side === 'after' ? after : before,
        values: [streamId, from.seq, upTo, types?.of ?? 'all', types?.types ?? [], limit + 1],
      });
      const page = bounded(rows, limit);
      const items: LedgerRow[] = [];
      // One after the other: the largest of them may take as much memory as all others.
      for (const row of page) items.push(await whole(row));
      return { items: from.side === 'after' ? items : items.reverse(), more: rows.length > page.length };
    },

    async redactionsOf(streamId) {
      const { rows } = await pool.query<LinkedRow>({
        name: 'ledger-redactions',
        text: `${linkedColumns}
               WHERE e.stream_id = $1 AND e.type = 'record.redacted' AND e.data->>'streamId' = $2 ORDER BY e.seq`,
        values: [systemStreamId, streamId],
      });
      return rows.map((row) => linked(systemStreamId, row));
    },

    async knownBy(streamId, at) {
      const { rows } = await pool.query<{ known: number }>({
        name: 'ledger-known-by',
        text: `SELECT coalesce(
            (SELECT seq - 1 FROM events WHERE stream_id = $1 AND at > $2 ORDER BY seq LIMIT 1),
            (SELECT max(seq) FROM events WHERE stream_id = $1), 0)::int AS known`,
        values: [streamId, at],
      });
      return rows[0]?.known ?? 0;
    },

    async timesRedacted(streamId) {
      const { rows } = await pool.query<{ times: number }>({
        name: 'ledger-times-redacted',
        text: 'SELECT count(*)::int AS times FROM redactions WHERE stream_id = $1',
        values: [streamId],
      });
      return rows[0]?.times ?? 0;
    },

    eventsBetween: (streamId, range) => eventsBetween(pool, streamId, range),
  };
}
