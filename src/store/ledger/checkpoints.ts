// Checkpoints in PostgreSQL: one process at a time adds to them. What they say, and whether it is true, is decided elsewhere.
import type { Pool } from 'pg';
import { SealedCheckpoint, type StoredCheckpoint } from '../../core/timeline/checkpoint.ts';
import type { Checkpoints, MovedHeads } from '../../ports/record.ts';
import { withTransaction } from '../postgres/pool.ts';
import type { Queryable } from './event-store-readers.ts';

// An arbitrary constant: every Firebreak that seals this database takes the same lock.
const lockKey = 7_103_663;
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

/** The checkpoints on a pool of connections. */
export function createCheckpoints(pool: Pool): Checkpoints {
  return {
    advance: (limit, make) =>
      withTransaction(pool, async (client) => {
        await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey]);
        const newest = await client.query<Row>(`SELECT ${columns} FROM checkpoints ORDER BY seq DESC LIMIT 1`);
        const last = toSealed(newest.rows[0]);
        if (newest.rows[0] && !last)
          throw new Error(`checkpoint ${newest.rows[0].seq} cannot be read; \`firebreak audit verify\` tells more`);
        const { rows } = await client.query<{ id: string; version: number; head_hash: string }>(
          'SELECT id, version, head_hash FROM stream_heads WHERE sealed_version <> version ORDER BY id LIMIT $1',
          [limit],
        );
        const moved: MovedHeads = rows.map(({ id, version, head_hash: hash }) => ({ streamId: id, version, hash }));
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
            `UPDATE ${table} SET sealed_version = h.version, sealed_in = $2
             FROM jsonb_to_recordset($1::jsonb) AS h("streamId" text, version integer) WHERE id = h."streamId"`,
            sealed,
          );
      }),

    async byNumber(number) {
      const { rows } = await pool.query<Row>(`SELECT ${columns} FROM checkpoints WHERE seq = $1`, [number]);
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
