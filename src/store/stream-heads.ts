// Where each incident's stream ends according to its row: what an audit holds the events against.
import type { Pool } from 'pg';

/** Heads of all streams, in order of their ids. */
export async function* streamHeads(pool: Pool): AsyncGenerator<{ streamId: string; version: number; hash: string }> {
  for (let after = ''; ; ) {
    const { rows } = await pool.query<{ id: string; version: number; head_hash: string }>(
      'SELECT id, version, head_hash FROM incidents WHERE id > $1 ORDER BY id LIMIT 500',
      [after],
    );
    for (const { id, version, head_hash: hash } of rows) yield { streamId: id, version, hash };
    if (rows.length < 500) return;
    after = rows.at(-1)?.id ?? after;
  }
}
