// Playbook versions by digest, kept for ever: a run can always be read with the rules it ran under.
import type { Pool } from 'pg';
import { digestJson } from '../../core/json.ts';
import { Playbook, playbookRef } from '../../core/playbook/playbook.ts';
import type { BadPlace } from '../../core/timeline/chain.ts';
import { RecordFaultError } from '../../core/timeline/record-fault.ts';
import type { PlaybookVersions } from '../../ports/ledger.ts';

/**
 * Playbook versions in PostgreSQL, with what was read once kept in memory: a digest never changes its meaning.
 * @param found is told of a definition that is not the one its digest names
 */
export function createPlaybookVersions(pool: Pool, found: (place: BadPlace) => void): PlaybookVersions {
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
      // Whoever can write to the database can put another playbook, without approvals, under a digest that was approved.
      if (digestJson(rows[0].definition) !== digest) {
        const problem = `the stored definition was edited: it does not match ${digest}`;
        const place = { streamId: '(playbook versions)', seq: 0, type: null, at: null, problem };
        found(place);
        throw new RecordFaultError(place);
      }
      const playbook = Playbook.parse(rows[0].definition);
      known.set(digest, playbook);
      return playbook;
    },
  };
}
