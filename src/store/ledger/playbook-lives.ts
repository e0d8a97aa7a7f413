// The streams of playbooks in PostgreSQL: each has its head and its events, written in one statement. Decides nothing.
import type { Pool } from 'pg';
import { emptyLife, playbookStreamId, unknownPlaybook } from '../../core/change-control/state.ts';
import type { PlaybookLives } from '../../ports/ledger.ts';
import { appendStreamSql, appendStreamValues } from './append-stream.ts';
import type { IncidentColumns, Snapshots } from './snapshots.ts';

const appendSql = appendStreamSql('playbook');

const selectOne = `SELECT s.id, s.state::text AS state, s.proof, s.version, s.head_hash,
  EXISTS (SELECT 1 FROM events e WHERE e.stream_id = w.id) AS known
FROM unnest(ARRAY[$1::text]) AS w(id) LEFT JOIN streams s ON s.id = w.id`;

type Row = (IncidentColumns | { readonly [column in keyof IncidentColumns]: null }) & { readonly known: boolean };

/** The playbook streams on a pool of connections. Rejects where the database is broken, or with RecordFaultError. */
export function createPlaybookLives(
  pool: Pick<Pool, 'query'>,
  snapshots: Pick<Snapshots, 'ofPlaybook' | 'loadPlaybook' | 'refuse'>,
): PlaybookLives {
  return {
    async load(name) {
      const id = playbookStreamId(name);
      const { rows } = await pool.query<Row>({ name: 'load-playbook-life', text: selectOne, values: [id] });
      const [row] = rows;
      if (row && row.id !== null) return snapshots.loadPlaybook(row);
      if (row?.known) return snapshots.refuse(id, 'it has events, and its row is gone');
      return { life: unknownPlaybook(name), head: null };
    },

    async heads() {
      const { rows } = await pool.query<{ id: string; version: number; hash: string }>({
        name: 'heads-of-playbooks',
        text: `SELECT id, version, head_hash AS hash FROM streams WHERE kind = 'playbook' ORDER BY id`,
      });
      return new Map(rows.map(({ id, version, hash }) => [emptyLife(id).name, { version, hash }]));
    },

    async append(change) {
      const values = appendStreamValues(playbookStreamId(change.life.name), change, snapshots.ofPlaybook(change));
      const { rowCount } = await pool.query({ name: 'append-playbook-life', text: appendSql, values });
      return rowCount === 1 ? 'appended' : 'conflict';
    },
  };
}
