// The versions of a playbook as they came into force, with the text of their files. Read for people; what runs is looked up by digest.
import type { Pool } from 'pg';
import type { KeptVersion, PlaybookHistory } from '../../ports/ledger.ts';

type Row = { readonly digest: string; readonly name: string; readonly version: string; readonly kept_at: string };

const kept = ({ digest, name, version, kept_at: since }: Row): KeptVersion => ({
  ref: { name, version, digest },
  since,
});

/** The history in PostgreSQL. */
export function createPlaybookHistory(pool: Pick<Pool, 'query'>): PlaybookHistory {
  return {
    async list(name, limit) {
      const { rows } = await pool.query<Row>(
        `SELECT digest, name, version, kept_at FROM playbook_versions WHERE name = $1
         ORDER BY kept_at DESC, digest LIMIT $2`,
        [name, limit],
      );
      return rows.map(kept);
    },

    async find(name, digest) {
      const { rows } = await pool.query<Row & { readonly source: string }>(
        'SELECT digest, name, version, kept_at, source FROM playbook_versions WHERE name = $1 AND digest = $2',
        [name, digest],
      );
      return rows[0] ? { ...kept(rows[0]), source: rows[0].source } : null;
    },
  };
}
