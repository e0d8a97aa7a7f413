// The one statement that writes changes: heads, events, run snapshots, alerts and receipts of any number of streams. No logic.
import { isTerminal, type RunState } from '../../core/run/state.ts';
import type { IncidentChange } from '../../ports/ledger.ts';
import type { Snapshots } from './snapshots.ts';

/**
 * Writes changes in one statement; `$1` is a JSON array of them. Everything of a change hangs on `head`: where its stream has
 * moved on, or one of its deliveries was settled by another process, it is not there and nothing at all of it is written.
 */
export const appendSql = `
WITH change AS (
  SELECT * FROM json_to_recordset($1::json) AS c(id text, opens boolean, version integer, "headHash" text, state json,
    proof text, severity smallint, status text, "groupKey" text, "channelId" text, at timestamptz, number integer,
    "resolvedAt" timestamptz, "wakeAt" timestamptz, "mergedInto" text, "expectedVersion" integer, "expectedHash" text, receipts jsonb)
), receipt AS (
  SELECT receipt FROM deliveries WHERE receipt = ANY($5::text[]) AND status = 'accepted' ORDER BY receipt FOR UPDATE
), allowed AS (
  SELECT * FROM change c WHERE NOT EXISTS (
    SELECT 1 FROM jsonb_array_elements_text(c.receipts) AS r(receipt) WHERE r.receipt NOT IN (SELECT receipt FROM receipt))
), opened AS (
  INSERT INTO incidents (id, version, head_hash, state, proof, severity, status, group_key, channel_id, updated_at, number,
    opened_at, resolved_at, wake_at)
  SELECT id, version, "headHash", state, proof, severity, status, "groupKey", "channelId", at, number, at, "resolvedAt", "wakeAt"
  FROM allowed WHERE opens
  ON CONFLICT DO NOTHING
  RETURNING id
), extended AS (
  UPDATE incidents i SET version = c.version, head_hash = c."headHash", state = coalesce(c.state, i.state),
    proof = c.proof, severity = c.severity, status = c.status, group_key = c."groupKey", channel_id = c."channelId", updated_at = c.at,
    resolved_at = c."resolvedAt", wake_at = c."wakeAt", merged_into = c."mergedInto", notify_due = true
  FROM allowed c
  WHERE NOT c.opens AND i.id = c.id AND i.version = c."expectedVersion" AND i.head_hash = c."expectedHash"
  RETURNING i.id
), head AS (
  SELECT id FROM opened UNION ALL SELECT id FROM extended
), event AS (
  INSERT INTO events (stream_id, seq, type, at, actor, cause, data, prev_hash, hash)
  SELECT head.id, e.seq, e.type, e.at, e.actor, e.cause, e.data, e."prevHash", e.hash
  FROM head JOIN jsonb_to_recordset($2::jsonb) AS e("streamId" text, seq integer, type text, at timestamptz, actor jsonb,
    cause text, data jsonb, "prevHash" text, hash text) ON e."streamId" = head.id
), run AS (
  INSERT INTO runs (id, incident_id, playbook, digest, status, state, version, proof, workers, wake_at, pools, open_approvals, holds_key,
    queues_for, cooldown_key, by_alert, started_at, finished_at, updated_at)
  SELECT r.*
  FROM head JOIN json_to_recordset($3::json) AS r(id text, incident_id text, playbook text, digest text, status text,
    state json, version integer, proof text, workers text[], wake_at timestamptz, pools text[], open_approvals integer, holds_key text,
    queues_for text, cooldown_key text, by_alert boolean, started_at timestamptz, finished_at timestamptz,
    updated_at timestamptz) ON r.incident_id = head.id
  ON CONFLICT (id) DO UPDATE SET status = EXCLUDED.status, state = EXCLUDED.state,
    version = EXCLUDED.version, proof = EXCLUDED.proof, workers = EXCLUDED.workers,
    wake_at = EXCLUDED.wake_at, pools = EXCLUDED.pools, open_approvals = EXCLUDED.open_approvals,
    holds_key = EXCLUDED.holds_key, queues_for = EXCLUDED.queues_for, finished_at = EXCLUDED.finished_at, updated_at = EXCLUDED.updated_at
), alert AS (
  INSERT INTO alerts (fingerprint, incident_id, active, updated_at)
  SELECT a.fingerprint, head.id, a.active, a.at
  FROM head JOIN jsonb_to_recordset($4::jsonb) AS a("incidentId" text, fingerprint text, active boolean, at timestamptz)
    ON a."incidentId" = head.id
  ON CONFLICT (fingerprint) DO UPDATE SET incident_id = EXCLUDED.incident_id, active = EXCLUDED.active,
    updated_at = EXCLUDED.updated_at
), settled AS (
  UPDATE deliveries d SET status = 'processed', settled_at = c.at
  FROM allowed c JOIN head USING (id), jsonb_array_elements_text(c.receipts) AS r(receipt) WHERE d.receipt = r.receipt
)
SELECT id FROM head`;

/** JSON of an object with one more member whose text goes in to the letter: digests are over what is stored. */
const withState = (members: object, state: string | null) =>
  `${JSON.stringify(members).slice(0, -1)},"state":${state ?? 'null'}}`;

/** The columns of a run that are read of its state. */
export function runColumnsOf(state: RunState) {
  const nodes = Object.values(state.nodes);
  const workers = new Set(nodes.flatMap((node) => (node.status === 'running' ? [node.worker] : [])));
  return {
    id: state.runId,
    incident_id: state.incidentId,
    playbook: state.playbook.name,
    digest: state.playbook.digest,
    status: state.status,
    workers: [...workers],
    open_approvals: Object.values(state.approvals).filter(({ status }) => status === 'open').length,
    holds_key: state.status === 'queued' || isTerminal(state.status) ? null : state.concurrencyKey,
    queues_for: state.status === 'queued' ? state.concurrencyKey : null,
    cooldown_key: state.cooldownKey,
    by_alert: state.trigger.type === 'alert',
    started_at: state.startedAt,
    finished_at: state.finishedAt,
  };
}

function runRow(change: IncidentChange, { state, wakeAt, pools }: IncidentChange['runs'][number], snapshots: Writing) {
  const { text, proof } = snapshots.ofRun(change, state);
  const row = {
    ...runColumnsOf(state),
    version: change.head.version,
    proof,
    wake_at: wakeAt,
    pools,
    updated_at: change.events.at(-1)?.at,
  };
  return withState(row, text);
}

function headRow(change: IncidentChange, snapshots: Writing) {
  const { incident, incidentWakeAt, expected, head, events, receipts } = change;
  // What most changes leave as it is, the database keeps.
  const { text, proof } = snapshots.ofIncident(change);
  const row = {
    id: incident.id,
    opens: expected === null,
    version: head.version,
    headHash: head.hash,
    proof,
    severity: incident.severity,
    status: incident.status,
    groupKey: incident.groupKey,
    channelId: incident.channel?.id ?? null,
    at: events.at(-1)?.at,
    number: incident.number,
    resolvedAt: incident.resolvedAt,
    wakeAt: incidentWakeAt,
    mergedInto: incident.mergedInto?.id ?? null,
    expectedVersion: expected?.version ?? 0,
    expectedHash: expected?.hash ?? '',
    receipts,
  };
  return withState(row, text);
}

type Writing = Pick<Snapshots, 'ofIncident' | 'ofRun'>;

/** The statement's parameters for changes of different streams. */
export function appendValues(changes: readonly IncidentChange[], snapshots: Writing): unknown[] {
  return [
    `[${changes.map((change) => headRow(change, snapshots)).join()}]`,
    JSON.stringify(changes.flatMap(({ events }) => events)),
    `[${changes.flatMap((change) => change.runs.map((run) => runRow(change, run, snapshots))).join()}]`,
    JSON.stringify(
      changes.flatMap(({ incident, alerts, events }) =>
        alerts.map((alert) => ({ ...alert, incidentId: incident.id, at: events.at(-1)?.at })),
      ),
    ),
    changes.flatMap(({ receipts }) => receipts),
  ];
}
