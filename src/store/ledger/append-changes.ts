// The one statement that writes changes: heads, events, run snapshots, alerts and receipts of any number of streams. No logic.
import type { StoredEvent } from '../../core/events.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import { eventText } from '../../core/timeline/chain.ts';
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
    "resolvedAt" timestamptz, "wakeAt" timestamptz, "mergedInto" text, "isPrivate" boolean, "expectedVersion" integer, "expectedHash" text, receipts jsonb)
), receipt AS (
  SELECT receipt FROM intake_queue WHERE receipt = ANY($5::text[]) ORDER BY receipt FOR UPDATE
), allowed AS (
  SELECT * FROM change c WHERE NOT EXISTS (
    SELECT 1 FROM jsonb_array_elements_text(c.receipts) AS r(receipt) WHERE r.receipt NOT IN (SELECT receipt FROM receipt))
), opened AS (
  INSERT INTO incidents (id, version, head_hash, state, proof, severity, status, group_key, channel_id, updated_at, number,
    opened_at, resolved_at, wake_at, is_private)
  SELECT id, version, "headHash", state, proof, severity, status, "groupKey", "channelId", at, number, at, "resolvedAt", "wakeAt",
    "isPrivate"
  FROM allowed WHERE opens
  ON CONFLICT DO NOTHING
  RETURNING id
), extended AS (
  UPDATE incidents i SET version = c.version, head_hash = c."headHash", state = coalesce(c.state, i.state),
    proof = c.proof, severity = c.severity, status = c.status, group_key = c."groupKey", channel_id = c."channelId", updated_at = c.at,
    resolved_at = c."resolvedAt", wake_at = c."wakeAt", merged_into = c."mergedInto", notify_due = true, unsealed = true
  FROM allowed c
  WHERE NOT c.opens AND i.id = c.id AND i.version = c."expectedVersion" AND i.head_hash = c."expectedHash"
  RETURNING i.id
), head AS (
  SELECT id FROM opened UNION ALL SELECT id FROM extended
), event AS (
  INSERT INTO events (stream_id, seq, type, at, actor, cause, data, hash)
  SELECT head.id, e.seq, e.type, e.at, e.actor, e.cause, e.data, decode(e.hash, 'hex')
  FROM head JOIN json_to_recordset($2::json) AS e("streamId" text, seq integer, type text, at timestamptz, actor json,
    cause text, data json, hash text) ON e."streamId" = head.id
), run AS (
  SELECT r.* FROM head JOIN json_to_recordset($3::json) AS r(id text, incident_id text, opens boolean, playbook text, digest text,
    origin json, origin_proof text, status text, state json, version integer, proof text, workers text[], wake_at timestamptz,
    pools text[], open_approvals integer, holds_key text, queues_for text, cooldown_key text, by_alert boolean,
    started_at timestamptz, finished_at timestamptz, updated_at timestamptz) ON r.incident_id = head.id
), started AS (
  INSERT INTO runs (id, incident_id, playbook, digest, origin, origin_proof, status, state, version, proof, workers, wake_at,
    pools, open_approvals, holds_key, queues_for, cooldown_key, by_alert, started_at, finished_at, updated_at)
  SELECT id, incident_id, playbook, digest, origin, origin_proof, status, state, version, proof, workers, wake_at,
    pools, open_approvals, holds_key, queues_for, cooldown_key, by_alert, started_at, finished_at, updated_at
  FROM run WHERE opens
), continued AS (
  UPDATE runs SET status = r.status, state = r.state, version = r.version, proof = r.proof, workers = r.workers,
    wake_at = r.wake_at, pools = r.pools, open_approvals = r.open_approvals, holds_key = r.holds_key,
    queues_for = r.queues_for, finished_at = r.finished_at, updated_at = r.updated_at
  FROM run r WHERE NOT r.opens AND runs.id = r.id
), alert AS (
  INSERT INTO alerts (fingerprint, incident_id, active, updated_at)
  SELECT a.fingerprint, head.id, a.active, a.at
  FROM head JOIN jsonb_to_recordset($4::jsonb) AS a("incidentId" text, fingerprint text, active boolean, at timestamptz)
    ON a."incidentId" = head.id
  ON CONFLICT (fingerprint) DO UPDATE SET incident_id = EXCLUDED.incident_id, active = EXCLUDED.active,
    updated_at = EXCLUDED.updated_at
), settled AS (
  DELETE FROM intake_queue q USING allowed c JOIN head USING (id), jsonb_array_elements_text(c.receipts) AS r(receipt)
  WHERE q.receipt = r.receipt
)
SELECT id FROM head`;

/** JSON of an object with more members whose texts go in to the letter: digests are over what is stored. */
export const withTexts = (members: object, texts: { readonly [name: string]: string | null }) =>
  `${JSON.stringify(members).slice(0, -1)}${Object.entries(texts)
    .map(([name, text]) => `,"${name}":${text ?? 'null'}`)
    .join('')}}`;

/** Rows of the runs that a change leaves. What a run's start fixed is written once. */
function runRows(change: IncidentChange, snapshots: Writing): readonly string[] {
  const opened = new Set(change.events.flatMap(({ type, data }) => (type === 'run.started' ? [data['runId']] : [])));
  return change.runs.map((run) => {
    const row = changingRow(change, run, snapshots);
    if (!opened.has(run.state.runId)) return withTexts({ opens: false, ...row.members }, { state: row.text });
    const origin = snapshots.ofOrigin(run.state);
    const members = { ...row.members, ...fixedRow(run.state), opens: true, origin_proof: origin.proof };
    return withTexts(members, { state: row.text, origin: origin.text });
  });
}

/** The columns of a run that are read of its state. */
export const runColumnsOf = (state: RunState) => ({
  id: state.runId,
  incident_id: state.incidentId,
  ...fixedRow(state),
  ...changingColumns(state),
});

const fixedRow = ({ playbook, cooldownKey, trigger, startedAt }: RunState) => ({
  playbook: playbook.name,
  digest: playbook.digest,
  cooldown_key: cooldownKey,
  by_alert: trigger.type === 'alert',
  started_at: startedAt,
});

function changingColumns(state: RunState) {
  const nodes = Object.values(state.nodes);
  const workers = new Set(nodes.flatMap((node) => (node.status === 'running' ? [node.worker] : [])));
  return {
    status: state.status,
    workers: [...workers],
    open_approvals: Object.values(state.approvals).filter(({ status }) => status === 'open').length,
    holds_key: state.status === 'queued' || isTerminal(state.status) ? null : state.concurrencyKey,
    queues_for: state.status === 'queued' ? state.concurrencyKey : null,
    finished_at: state.finishedAt,
  };
}

function changingRow(
  change: IncidentChange,
  { state, wakeAt, pools }: IncidentChange['runs'][number],
  snapshots: Writing,
): { readonly members: object; readonly text: string } {
  const { text, proof } = snapshots.ofRun(change, state);
  const members = {
    id: state.runId,
    incident_id: state.incidentId,
    version: change.head.version,
    proof,
    wake_at: wakeAt,
    pools,
    updated_at: change.events.at(-1)?.at,
    ...changingColumns(state),
  };
  return { members, text };
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
    isPrivate: incident.members !== undefined,
    expectedVersion: expected?.version ?? 0,
    expectedHash: expected?.hash ?? '',
    receipts,
  };
  return withTexts(row, { state: text });
}

type Writing = Pick<Snapshots, 'ofIncident' | 'ofRun' | 'ofOrigin'>;

/** Events as a JSON array of rows, made of the text that was hashed. */
export const eventRows = (events: readonly StoredEvent[]): string =>
  `[${events.map((event) => `${eventText(event).slice(0, -1)},"hash":"${event.hash}"}`).join()}]`;

/** The statement's parameters for changes of different streams. */
export function appendValues(changes: readonly IncidentChange[], snapshots: Writing): unknown[] {
  return [
    `[${changes.map((change) => headRow(change, snapshots)).join()}]`,
    eventRows(changes.flatMap(({ events }) => events)),
    `[${changes.flatMap((change) => runRows(change, snapshots)).join()}]`,
    JSON.stringify(
      changes.flatMap(({ incident, alerts, events }) =>
        alerts.map((alert) => ({ ...alert, incidentId: incident.id, at: events.at(-1)?.at })),
      ),
    ),
    changes.flatMap(({ receipts }) => receipts),
  ];
}
