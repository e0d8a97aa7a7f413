// Playbook versions by digest, kept for ever: a run can always be read with the rules it ran under.
import type { Pool } from 'pg';
import { Playbook, playbookRef } from '../../core/playbook/playbook.ts';
import type { PlaybookVersions } from '../../ports/ledger.ts';

/** Playbook versions in PostgreSQL, with what was read once kept in memory: a digest never changes its meaning. */
export function createPlaybookVersions(pool: Pool): PlaybookVersions {
  const known = new Map<string, Playbook>();
  return {
    async keep(playbook, source) {
      const ref = playbookRef(playbook);
      if (!known.has(ref.digest)) {
        await pool.query(
          `INSERT INTO playbook_versions (digest, name, version, definition, source)
           VALUES ($1, $2, $3, $4, $5) ON CONFLICT (digest) DO NOTHING`,
          [ref.digest, ref.name, ref.version, JSON.stringify(playbook), source],
        );
        known.set(ref.digest, playbook);
      }
      return ref;
    },

    async byDigest(digest) {
      const cached = known.get(digest);
      if (cached) return cached;
      const { rows } = await pool.query<{ definition: unknown }>(
        'SELECT definition FROM playbook_versions WHERE digest = $1',
        [digest],
      );
      if (!rows[0]) return null;
      const playbook = Playbook.parse(rows[0].definition);
      known.set(digest, playbook);
      return playbook;
    },
  };
}
