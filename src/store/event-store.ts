// The append-only ledger in PostgreSQL. One change is one statement, so one round trip and one commit. Decides nothing.
import type { Pool, QueryConfig } from 'pg';
import type { IncidentState } from '../core/incident.ts';
import type { RunState } from '../core/run/state.ts';
import type { Change, EventStore, LoadedIncident, LoadedRun } from '../ports.ts';
import { readStream, streamIds } from './event-store-readers.ts';

const runColumns = `id text, incident_id text, playbook text, digest text, status text, state json, workers text[],
  wake_at timestamptz, open_approvals integer, started_at timestamptz, finished_at timestamptz`;

// Everything hangs on `head`: where the stream has moved on, or a delivery was settled by somebody else, it is empty and
// nothing at all is written.
const appendSql = (head: string) => `
WITH receipt AS (
  SELECT receipt FROM deliveries WHERE receipt = ANY($13::text[]) AND status = 'accepted' FOR UPDATE
), head AS (${head}
), event AS (
  INSERT INTO events (stream_id, seq, type, at, actor, cause, data, prev_hash, hash)
  SELECT $1, e.seq, e.type, e.at, e.actor, e.cause, e.data, e."prevHash", e.hash
  FROM head, jsonb_to_recordset($10::jsonb) AS e(seq integer, type text, at timestamptz, actor jsonb, cause text,
    data jsonb, "prevHash" text, hash text)
), run AS (
  INSERT INTO runs (id, incident_id, playbook, digest, status, state, workers, wake_at, open_approvals, started_at,
    finished_at, updated_at)
  SELECT r.*, $9::timestamptz FROM head, json_to_recordset($11::json) AS r(${runColumns})
  ON CONFLICT (id) DO UPDATE SET status = EXCLUDED.status, state = EXCLUDED.state, workers = EXCLUDED.workers,
    wake_at = EXCLUDED.wake_at, open_approvals = EXCLUDED.open_approvals, finished_at = EXCLUDED.finished_at,
    updated_at = EXCLUDED.updated_at
), alert AS (
  INSERT INTO alerts (fingerprint, incident_id, active, updated_at)
  SELECT a.fingerprint, $1, a.active, $9::timestamptz
  FROM head, jsonb_to_recordset($12::jsonb) AS a(fingerprint text, active boolean)
  ON CONFLICT (fingerprint) DO UPDATE SET incident_id = EXCLUDED.incident_id, active = EXCLUDED.active,
    updated_at = EXCLUDED.updated_at
), settled AS (
  UPDATE deliveries SET status = 'processed', settled_at = $9::timestamptz
  WHERE receipt IN (SELECT receipt FROM receipt) AND EXISTS (SELECT 1 FROM head)
)
SELECT count(*)::int AS written FROM head`;

const receiptsHeld = `(SELECT count(*) FROM receipt) = cardinality($13::text[])`;

const openStream = appendSql(`
  INSERT INTO incidents (id, version, head_hash, state, severity, status, group_key, channel_id, updated_at, number,
    opened_at, resolved_at)
  SELECT $1, $2::integer, $3, $4::jsonb, $5::smallint, $6, $7, $8, $9::timestamptz, ($4::jsonb->>'number')::integer,
    $9::timestamptz, ($4::jsonb->>'resolvedAt')::timestamptz
  WHERE $14::integer = 0 AND $15::text <> '' AND ${receiptsHeld}
  ON CONFLICT DO NOTHING
  RETURNING id`);

const extendStream = appendSql(`
  UPDATE incidents SET version = $2::integer, head_hash = $3, state = $4::jsonb, severity = $5::smallint, status = $6,
    group_key = $7, channel_id = $8, updated_at = $9::timestamptz, resolved_at = ($4::jsonb->>'resolvedAt')::timestamptz
  WHERE id = $1 AND version = $14::integer AND head_hash = $15::text AND ${receiptsHeld}
  RETURNING id`);

function runRow({ state, wakeAt }: Change['runs'][number]) {
  const nodes = Object.values(state.nodes);
  const workers = new Set(nodes.flatMap((node) => (node.status === 'running' ? [node.worker] : [])));
  return {
    id: state.runId,
    incident_id: state.incidentId,
    playbook: state.playbook.name,
    digest: state.playbook.digest,
    status: state.status,
    state,
    workers: [...workers],
    wake_at: wakeAt,
    open_approvals: Object.values(state.approvals).filter(({ status }) => status === 'open').length,
    started_at: state.startedAt,
    finished_at: state.finishedAt,
  };
}

function appendQuery(change: Change): QueryConfig {
  const { incident, expected, head, events, runs, alerts, receipts } = change;
  const at = events.at(-1)?.at;
  const values = [
    incident.id,
    head.version,
    head.hash,
    JSON.stringify(incident),
    incident.severity,
    incident.status,
    incident.groupKey,
    incident.channel?.id ?? null,
    at,
    JSON.stringify(events),
    JSON.stringify(runs.map(runRow)),
    JSON.stringify(alerts),
    receipts,
    expected?.version ?? 0,
    expected?.hash ?? 'new',
  ];
  return expected === null
    ? { name: 'open-stream', text: openStream, values }
    : { name: 'extend-stream', text: extendStream, values };
}

type IncidentColumns = { state: IncidentState; version: number; head_hash: string };
const loaded = (row: IncidentColumns): LoadedIncident => ({
  incident: row.state,
  head: { version: row.version, hash: row.head_hash },
});

/** The ledger on a pool of connections. Rejects only when the database cannot be reached or is broken. */
export function createEventStore(pool: Pool): EventStore {
  return {
    async append(change) {
      try {
        const { rows } = await pool.query<{ written: number }>(appendQuery(change));
        return rows[0]?.written === 1 ? 'appended' : 'conflict';
      } catch (error) {
        // A group that somebody else opened, or moved into, at the same moment.
        if (error instanceof Error && 'code' in error && error.code === '23505') return 'conflict';
        throw error;
      }
    },

    async loadRun(runId) {
      const { rows } = await pool.query<IncidentColumns & { run: RunState }>({
        name: 'load-run',
        text: `SELECT r.state AS run, i.state, i.version, i.head_hash
               FROM runs r JOIN incidents i ON i.id = r.incident_id WHERE r.id = $1`,
        values: [runId],
      });
      const row = rows[0];
      return row ? ({ ...loaded(row), run: row.run } satisfies LoadedRun) : null;
    },

    async loadIncident(incidentId) {
      const { rows } = await pool.query<IncidentColumns>({
        name: 'load-incident',
        text: 'SELECT state, version, head_hash FROM incidents WHERE id = $1',
        values: [incidentId],
      });
      return rows[0] ? loaded(rows[0]) : null;
    },

    readStream: (streamId, fromSeq) => readStream(pool, streamId, fromSeq),
    streamIds: () => streamIds(pool),
  };
}
