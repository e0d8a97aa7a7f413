// Evidence by digest: the same content is kept once, and its name is its proof.
import type { Pool } from 'pg';
import { sha256 } from '../../core/json.ts';
import type { BadPlace } from '../../core/timeline/chain.ts';
import { RecordFaultError } from '../../core/timeline/record-fault.ts';
import type { Artifacts } from '../../ports/ledger.ts';
import type { Queryable } from './event-store-readers.ts';

/** Largest piece of evidence kept, in bytes. */
const maxBytes = 1_048_576;

/**
 * Evidence in PostgreSQL.
 * @param found is told of content that is not the one its digest names; reading it rejects with RecordFaultError
 */
export function createArtifacts(pool: Pool, found: (place: BadPlace) => void): Artifacts {
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
    async get(digest) {
      const content = await readArtifact(pool, digest);
      if (content === null || `sha256:${sha256(content)}` === digest) return content;
      const problem = `the content was edited: it does not match ${digest}`;
      const place = { streamId: '(evidence)', seq: 0, type: null, at: null, problem };
      found(place);
      throw new RecordFaultError(place);
    },
  };
}

/** The content kept under a digest, as it is; null if there is none. */
export async function readArtifact(db: Queryable, digest: string): Promise<Buffer | null> {
  const { rows } = await db.query<{ content: Buffer }>('SELECT content FROM artifacts WHERE digest = $1', [digest]);
  return rows[0]?.content ?? null;
}
