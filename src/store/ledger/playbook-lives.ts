// The streams of playbooks in PostgreSQL: each has its head and its events, written in one statement. Decides nothing.
import type { Pool } from 'pg';
import { emptyLife, playbookStreamId, unknownPlaybook } from '../../core/change-control/state.ts';
import type { PlaybookLifeChange, PlaybookLives } from '../../ports/ledger.ts';
import { eventRows } from './append-changes.ts';
import type { IncidentColumns, Snapshots } from './snapshots.ts';

// Everything hangs on `head`: where the stream has moved on it is not there, and nothing at all is written.
const appendSql = `
WITH opened AS (
  INSERT INTO streams (id, kind, version, head_hash, state, updated_at, proof)
  SELECT $1, 'playbook', $2, $3, $4, $5, $9 WHERE $6 = 0
  ON CONFLICT DO NOTHING
  RETURNING id
), extended AS (
  UPDATE streams SET version = $2, head_hash = $3, state = $4, updated_at = $5, proof = $9, unsealed = true
  WHERE id = $1 AND version = $6 AND head_hash = $7
  RETURNING id
), head AS (
  SELECT id FROM opened UNION ALL SELECT id FROM extended
), event AS (
  INSERT INTO events (stream_id, seq, type, at, actor, cause, data, hash)
  SELECT head.id, e.seq, e.type, e.at, e.actor, e.cause, e.data, decode(e.hash, 'hex')
  FROM head, json_to_recordset($8::json) AS e(seq integer, type text, at timestamptz, actor json, cause text, data json,
    hash text)
)
SELECT id FROM head`;

function valuesOf(change: PlaybookLifeChange, snapshots: Pick<Snapshots, 'ofPlaybook'>): unknown[] {
  const { life, head, expected, events } = change;
  const { text, proof } = snapshots.ofPlaybook(change);
  return [
    playbookStreamId(life.name),
    head.version,
    head.hash,
    text,
    events.at(-1)?.at,
    expected?.version ?? 0,
    expected?.hash ?? '',
    eventRows(events),
    proof,
  ];
}

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
      const values = valuesOf(change, snapshots);
      const { rowCount } = await pool.query({ name: 'append-playbook-life', text: appendSql, values });
      return rowCount === 1 ? 'appended' : 'conflict';
    },
  };
}
