// The streams of playbooks in PostgreSQL: each has its head and its events, written in one statement. Decides nothing.
import type { Pool } from 'pg';
import { emptyLife, playbookStreamId, unknownPlaybook } from '../../core/change-control/state.ts';
import type { LoadedPlaybookLife, PlaybookLives } from '../../ports/ledger.ts';
import { appendStreamSql, appendStreamValues } from './append-stream.ts';
import type { IncidentColumns, Snapshots } from './snapshots.ts';

const appendSql = appendStreamSql('playbook');

const selectThese = `SELECT w.name, s.id, s.state::text AS state, s.proof, s.version, s.head_hash,
  s.id IS NULL AND EXISTS (SELECT 1 FROM events e WHERE e.stream_id = w.id) AS is_lost
FROM unnest($1::text[], $2::text[]) AS w(id, name) LEFT JOIN streams s ON s.id = w.id`;

type Row = (IncidentColumns | { readonly [column in keyof IncidentColumns]: null }) & {
  readonly name: string;
  readonly is_lost: boolean;
};

/** The playbook streams on a pool of connections. Rejects where the database is broken, or with RecordFaultError. */
export function createPlaybookLives(
  pool: Pick<Pool, 'query'>,
  snapshots: Pick<Snapshots, 'ofPlaybook' | 'loadPlaybook' | 'refuse'>,
): PlaybookLives {
  async function loaded(row: Row): Promise<LoadedPlaybookLife> {
    if (row.id !== null) return snapshots.loadPlaybook(row);
    if (row.is_lost) return snapshots.refuse(playbookStreamId(row.name), 'it has events, and its row is gone');
    return { life: unknownPlaybook(row.name), head: null };
  }
  const loadAll: PlaybookLives['loadAll'] = async (names) => {
    const values = [names.map(playbookStreamId), names];
    const { rows } = await pool.query<Row>({ name: 'load-playbook-lives', text: selectThese, values });
    return new Map(await Promise.all(rows.map(async (row) => [row.name, await loaded(row)] as const)));
  };
  return {
    loadAll,
    load: async (name) => (await loadAll([name])).get(name) ?? { life: unknownPlaybook(name), head: null },

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
