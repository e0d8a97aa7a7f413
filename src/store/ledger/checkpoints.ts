// Checkpoints in PostgreSQL: one process at a time adds to them. What they say, and whether it is true, is decided elsewhere.
import type { Pool } from 'pg';
import { SealedCheckpoint, type StoredCheckpoint } from '../../core/timeline/checkpoint.ts';
import type { StreamHead } from '../../ports/ledger.ts';
import type { Checkpoints, MovedHeads } from '../../ports/record.ts';
import { advisoryLocks } from '../postgres/advisory-locks.ts';
import { withTransaction } from '../postgres/pool.ts';
import type { Queryable } from './event-store-readers.ts';
import type { IncidentColumns, Snapshots } from './snapshots.ts';

const pageSize = 20;

type Row = { seq: number; at: string; body: unknown; signature: string; key_id: string };
const toStored = ({ seq, at, body, signature, key_id: keyId }: Row): StoredCheckpoint => ({
  number: seq,
  at,
  body,
  signature,
  keyId,
});
const toSealed = (row: Row | undefined): SealedCheckpoint | null => {
  if (!row) return null;
  const { body, signature, keyId } = toStored(row);
  return SealedCheckpoint.safeParse({ body, signature, keyId }).data ?? null;
};
const columns = 'seq, at, body, signature, key_id';

const heads = 'SELECT h.id, h.version, h.head_hash, h.state::text AS state, h.proof FROM stream_snapshots h';
/** The quick look, by a mark that is kept beside each stream. Whoever edits it hides a stream from this look only. */
const notMarkedSealed = `${heads} WHERE h.unsealed ORDER BY h.id LIMIT $1`;
/** By what the checkpoints themselves say, the newest of them that speaks of each stream. */
const unlikeCheckpoints = `
WITH sealed AS (
  SELECT DISTINCT ON (s."streamId") s."streamId" AS id, s.version, s.hash
  FROM checkpoints c, jsonb_to_recordset(c.body->'heads') AS s("streamId" text, version integer, hash text)
  ORDER BY s."streamId", c.seq DESC
)
${heads} LEFT JOIN sealed ON sealed.id = h.id
WHERE sealed.version IS DISTINCT FROM h.version OR sealed.hash IS DISTINCT FROM h.head_hash
ORDER BY h.id LIMIT $1`;

/**
 * The checkpoints on a pool of connections.
 * @param snapshots says which heads were written by hand: those are never sealed
 */
export function createCheckpoints(pool: Pool, { vouched }: Pick<Snapshots, 'vouched'>): Checkpoints {
  return {
    advance: ({ limit, whole }, make) =>
      withTransaction(pool, async (client) => {
        await client.query('SELECT pg_advisory_xact_lock($1)', [advisoryLocks.seal]);
        const newest = await client.query<Row>(`SELECT ${columns} FROM checkpoints ORDER BY seq DESC LIMIT 1`);
        const last = toSealed(newest.rows[0]);
        if (newest.rows[0] && !last)
          throw new Error(`checkpoint ${newest.rows[0].seq} cannot be read; \`firebreak audit verify\` tells more`);
        const { rows } = await client.query<IncidentColumns>(whole ? unlikeCheckpoints : notMarkedSealed, [limit]);
        const moved: MovedHeads = rows
          .filter(vouched)
          .map(({ id, version, head_hash: hash }) => ({ streamId: id, version, hash }));
        const made = make(last, moved);
        if (!made) return;
        const { body, signature, keyId } = made;
        await client.query('INSERT INTO checkpoints (seq, at, body, signature, key_id) VALUES ($1, $2, $3, $4, $5)', [
          body.number,
          body.at,
          JSON.stringify(body),
          signature,
          keyId,
        ]);
        const sealed = [JSON.stringify(body.heads), body.number];
        for (const table of ['incidents', 'streams'])
          await client.query(
            `UPDATE ${table} SET sealed_version = h.version, sealed_in = $2, unsealed = ${table}.version <> h.version
             FROM jsonb_to_recordset($1::jsonb) AS h("streamId" text, version integer) WHERE id = h."streamId"`,
            sealed,
          );
      }),

    async byNumber(number) {
      const { rows } = await pool.query<Row>(`SELECT ${columns} FROM checkpoints WHERE seq = $1`, [number]);
      return toSealed(rows[0]);
    },

    async newest() {
      const { rows } = await pool.query<Row>(`SELECT ${columns} FROM checkpoints ORDER BY seq DESC LIMIT 1`);
      return toSealed(rows[0]);
    },

    async ofStream(streamId) {
      const { rows } = await pool.query<Row>(
        `SELECT ${columns} FROM checkpoints WHERE seq = (SELECT sealed_in FROM stream_heads WHERE id = $1)`,
        [streamId],
      );
      const body = toSealed(rows[0])?.body;
      const head = body?.heads.find((candidate) => candidate.streamId === streamId);
      return body && head ? { number: body.number, at: body.at, version: head.version, hash: head.hash } : null;
    },
  };
}

/** All checkpoints, oldest first, as they are. */
export async function* readCheckpoints(db: Queryable): AsyncGenerator<StoredCheckpoint> {
  for (let after: number | null = null; ; ) {
    const { rows }: { rows: Row[] } = await db.query({
      text: `SELECT ${columns} FROM checkpoints WHERE $1::bigint IS NULL OR seq > $1 ORDER BY seq LIMIT $2`,
      values: [after, pageSize],
    });
    for (const row of rows) yield toStored(row);
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.seq ?? after;
  }
}

/** Checkpoints that say that a stream ended at a place; nothing in them is believed yet. */
export async function checkpointsOf(
  db: Queryable,
  streamId: string,
  { version, hash }: Pick<StreamHead, 'version' | 'hash'>,
): Promise<readonly SealedCheckpoint[]> {
  const { rows } = await db.query<Row>({
    name: 'checkpoints-of-head',
    text: `SELECT ${columns} FROM checkpoints WHERE body->'heads' @> $1::jsonb ORDER BY seq`,
    values: [JSON.stringify([{ streamId, version, hash }])],
  });
  return rows.flatMap((row) => toSealed(row) ?? []);
}
