// Rule books by digest, kept for ever: a decision can always be read with the rules it was made under. And earlier runs, for rules that ask.
import type { Pool } from 'pg';
import { digestJson } from '../../core/json.ts';
import type { PastRun } from '../../core/policy/history.ts';
import { Rulebook, rulebookDigest } from '../../core/policy/rulebook.ts';
import type { BadPlace } from '../../core/timeline/chain.ts';
import { RecordFaultError } from '../../core/timeline/record-fault.ts';
import type { Rulebooks } from '../../ports/rulebooks.ts';
import {
  type IncidentColumns,
  incidentColumns,
  type RunColumns,
  runColumns,
  type Snapshots,
} from '../ledger/snapshots.ts';
import { unlessFault } from '../ledger/unless-fault.ts';

/**
 * Rule books in PostgreSQL.
 * @param found is told of one that is not what its digest names
 */
export function createRulebooks(
  pool: Pool,
  { snapshots, found }: { readonly snapshots: Pick<Snapshots, 'loadRun'>; readonly found: (place: BadPlace) => void },
): Rulebooks {
  return {
    async keep(book) {
      const digest = rulebookDigest(book);
      await pool.query('INSERT INTO rulebooks (digest, book) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING', [
        digest,
        JSON.stringify(book),
      ]);
      return digest;
    },
    async byDigest(digest) {
      const { rows } = await pool.query<{ book: unknown }>('SELECT book FROM rulebooks WHERE digest = $1', [digest]);
      const [row] = rows;
      if (!row) return null;
      if (digestJson(row.book) !== digest) {
        const problem = `the stored rule book was edited: it does not match ${digest}`;
        const place = { streamId: '(rule books)', seq: 0, type: null, at: null, problem };
        found(place);
        throw new RecordFaultError(place);
      }
      return Rulebook.parse(row.book);
    },
    async pastRuns(playbook, since, limit) {
      const { rows } = await pool.query<IncidentColumns & RunColumns>({
        name: 'past-runs',
        text: `SELECT ${runColumns}, ${incidentColumns} FROM runs r JOIN incidents i ON i.id = r.incident_id
               WHERE r.playbook = $1 AND r.finished_at > $2 ORDER BY r.finished_at DESC LIMIT $3`,
        values: [playbook, since, limit],
      });
      const runs: PastRun[] = [];
      for (const row of rows) {
        const loaded = await unlessFault(snapshots.loadRun(row));
        // What cannot be believed was no success.
        if (!loaded) runs.push({ status: 'failed', startedAt: since, finishedAt: since, targets: [] });
        else if (loaded.run.playbook.name === playbook) {
          const { status, startedAt, finishedAt, targets } = loaded.run;
          runs.push({ status, startedAt, finishedAt, targets });
        }
      }
      return runs;
    },
  };
}
