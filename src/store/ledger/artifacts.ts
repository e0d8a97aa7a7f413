// Evidence by digest: the same content is kept once, and its name is its proof.
import type { Pool } from 'pg';
import { sha256 } from '../../core/json.ts';
import type { Artifacts } from '../../ports/ledger.ts';
import type { Queryable } from './event-store-readers.ts';

/** Largest piece of evidence kept, in bytes. */
const maxBytes = 1_048_576;

/** Evidence in PostgreSQL. */
export function createArtifacts(pool: Pool): Artifacts {
  return {
    async put(name, content) {
      const cutAt = `\n[${content.length - maxBytes} bytes cut]`;
      const kept =
        content.length <= maxBytes ? content : Buffer.concat([content.subarray(0, maxBytes), Buffer.from(cutAt)]);
      const digest = `sha256:${sha256(kept)}`;
      await pool.query(
        'INSERT INTO artifacts (digest, name, bytes, content) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
        [digest, name, kept.length, kept],
      );
      return { name, digest, bytes: kept.length };
    },
    get: (digest) => readArtifact(pool, digest),
  };
}

/** The content kept under a digest, as it is; null if there is none. */
export async function readArtifact(db: Queryable, digest: string): Promise<Buffer | null> {
  const { rows } = await db.query<{ content: Buffer }>('SELECT content FROM artifacts WHERE digest = $1', [digest]);
  return rows[0]?.content ?? null;
}
