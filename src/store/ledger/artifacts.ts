// Evidence by digest: the same content is kept once, and its name is its proof. Its bounds were looked at before.
import type { Pool } from 'pg';
import { sha256 } from '../../core/json.ts';
import type { BadPlace } from '../../core/timeline/chain.ts';
import { RecordFaultError } from '../../core/timeline/record-fault.ts';
import type { Artifacts, StoredArtifact } from '../../ports/ledger.ts';
import type { Queryable } from './event-store-readers.ts';

/**
 * Evidence in PostgreSQL.
 * @param found is told of content that is not the one its digest names; reading it rejects with RecordFaultError
 */
export function createArtifacts(pool: Pool, found: (place: BadPlace) => void): Artifacts {
  return {
    async put({ name, incidentId, evidence: { content, type, cutBytes } }) {
      const digest = `sha256:${sha256(content)}`;
      await pool.query({
        name: 'keep-artifact',
        text: `WITH kept AS (
                 INSERT INTO artifacts (digest, name, bytes, type, content) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
               )
               INSERT INTO artifact_places (digest, incident_id) VALUES ($1, $6) ON CONFLICT DO NOTHING`,
        values: [digest, name, content.length, type, content, incidentId],
      });
      return { name, digest, bytes: content.length, type, ...(cutBytes > 0 ? { cutBytes } : {}) };
    },
    async get(digest) {
      const content = await readArtifact(pool, digest);
      if (content === null || `sha256:${sha256(content)}` === digest) return content;
      const problem = `the content was edited: it does not match ${digest}`;
      const place = { streamId: '(evidence)', seq: 0, type: null, at: null, problem };
      found(place);
      throw new RecordFaultError(place);
    },
    async find(digest) {
      const { rows } = await pool.query<StoredArtifact>({
        name: 'find-artifact',
        text: `SELECT name, bytes, type, redacted_by IS NOT NULL AS "isRedacted",
                 ARRAY(SELECT incident_id FROM artifact_places p WHERE p.digest = a.digest ORDER BY incident_id) AS incidents
               FROM artifacts a WHERE digest = $1`,
        values: [digest],
      });
      return rows[0] ?? null;
    },
  };
}

/** The content kept under a digest, as it is; null if there is none, or it was taken out. */
export async function readArtifact(db: Queryable, digest: string): Promise<Buffer | null> {
  const { rows } = await db.query<{ content: Buffer }>(
    'SELECT content FROM artifacts WHERE digest = $1 AND redacted_by IS NULL',
    [digest],
  );
  return rows[0]?.content ?? null;
}
