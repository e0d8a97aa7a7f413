// Counts for promises, in PostgreSQL: by columns and events that an index finds, never over whole tables. A column that was edited is found by
// an audit, not here. Decides nothing about what a count means.
import type { Pool } from 'pg';
import { RunTrigger } from '../../core/events.ts';
import { formatId, type IdPrefix } from '../../core/ids.ts';
import type { AskedApproval } from '../../core/slo/approval-evidence.ts';
import { fastPart, slowPart, type Tally, type WindowEvidence } from '../../core/slo/budget.ts';
import type { RunTally } from '../../core/slo/run-evidence.ts';
import { addMs } from '../../core/time.ts';
import type { SloTallies, SloWindowAsked } from '../../ports/slo.ts';

/** Runs of one playbook that are counted, the latest; and requests, and incidents. */
const maxRuns = 50_000;
const maxRequests = 20_000;
const maxIncidents = 10_000;
const maxDeliveries = 200_000;
/** Events of an incident among which its first message is looked for. */
const firstEvents = 200;

const counts = `count(*)::int AS whole, count(*) FILTER (WHERE finished_at >= slow)::int AS slow,
  count(*) FILTER (WHERE finished_at >= fast)::int AS fast`;
/** What started a run, where that may make it an exercise. */
const triggerOf = (
  run: string,
) => `CASE WHEN coalesce(${run}.origin, ${run}.state)->'trigger'->>'type' NOT IN ('alert', 'run', 'schedule')
    OR coalesce(${run}.origin, ${run}.state)->'trigger'->>'drill' = 'true'
  THEN (coalesce(${run}.origin, ${run}.state)->'trigger')::text END`;

/**
 * `$1`: playbooks; `$2`: windows; `$3`: what their SLA allows, in milliseconds; `$4`: now; `$5`, `$6`: the last parts; `$7`: runs at most.
 * A drill that passed has done what it should, although it is undone. `is_plain`: an alert started it and its end says all, so the index alone counts it.
 */
const countRuns = `
WITH asked AS (
  SELECT a.playbook, a.window_ms, a.sla_ms, $4::timestamptz AS now,
    $4::timestamptz - a.window_ms * interval '1 millisecond' AS since,
    $4::timestamptz - a.window_ms * $5::float8 * interval '1 millisecond' AS slow,
    $4::timestamptz - a.window_ms * $6::float8 * interval '1 millisecond' AS fast
  FROM unnest($1::text[], $2::float8[], $3::float8[]) AS a(playbook, window_ms, sla_ms)
), ended AS (
  SELECT a.*, e.*, e.finished_at - e.started_at <= a.sla_ms * interval '1 millisecond' AS in_time,
    e.by_alert AND e.status IN ('succeeded', 'cancelled', 'compensation_failed') AS is_plain
  FROM asked a CROSS JOIN LATERAL (
    SELECT r.id, r.status, r.started_at, r.finished_at, r.by_alert FROM runs r
    WHERE r.playbook = a.playbook AND r.finished_at IS NOT NULL AND r.finished_at >= a.since AND r.finished_at <= a.now
    ORDER BY r.finished_at DESC LIMIT $7) e
)
SELECT playbook, window_ms, status, in_time, NULL::text AS trigger, '{}'::text[] AS codes, ${counts}
FROM ended WHERE is_plain GROUP BY 1, 2, 3, 4
UNION ALL
SELECT playbook, window_ms, status, in_time, trigger, codes, ${counts} FROM (
  SELECT d.playbook, d.window_ms, d.in_time,
    CASE WHEN r.state->'drill'->>'outcome' = 'passed' THEN 'succeeded' ELSE d.status END AS status, d.slow, d.fast, d.finished_at, ${triggerOf('r')} AS trigger,
    CASE WHEN d.status IN ('failed', 'compensated') THEN ARRAY(
      SELECT DISTINCT n.value->'error'->>'code' FROM json_each(r.state->'nodes') n
      WHERE n.value->>'status' = 'failed' AND n.key NOT LIKE '%~undo' AND n.value->'error'->>'code' IS NOT NULL ORDER BY 1)
    ELSE '{}' END AS codes
  FROM ended d JOIN runs r ON r.id = d.id WHERE NOT d.is_plain) AS special
GROUP BY 1, 2, 3, 4, 5, 6
UNION ALL
SELECT a.playbook, a.window_ms, 'overdue', false, ${triggerOf('r')}, '{}'::text[], count(*)::int, count(*)::int, count(*)::int
FROM runs r JOIN asked a ON a.playbook = r.playbook
WHERE r.finished_at IS NULL AND r.started_at < a.now - a.sla_ms * interval '1 millisecond'
GROUP BY 1, 2, 5`;

type RunRow = {
  playbook: string;
  window_ms: number;
  status: RunTally['status'];
  in_time: boolean | null;
  trigger: string | null;
  codes: string[];
  whole: number;
  slow: number;
  fast: number;
};

const countApprovals = `
WITH told AS MATERIALIZED (
  SELECT type, at, data->>'approvalId' AS id, data->>'runId' AS run_id FROM events
  WHERE type IN ('approval.requested', 'approval.granted', 'approval.denied', 'approval.expired', 'approval.voided') AND at >= $1
  ORDER BY at DESC LIMIT $2
), ended AS (
  SELECT DISTINCT ON (id) id, type, at FROM told WHERE type <> 'approval.requested' ORDER BY id, at
)
SELECT r.playbook, q.at AS asked_at, e.type AS end, e.at AS ended_at, ${triggerOf('r')} AS trigger
FROM told q JOIN runs r ON r.id = q.run_id LEFT JOIN ended e ON e.id = q.id
WHERE q.type = 'approval.requested'`;

type ApprovalRow = {
  playbook: string;
  asked_at: string;
  end: string | null;
  ended_at: string | null;
  trigger: string | null;
};

const ends: { readonly [type: string]: AskedApproval['end'] } = {
  'approval.granted': 'decided',
  'approval.denied': 'decided',
  'approval.expired': 'expired',
  'approval.voided': 'voided',
};

/** What this version cannot read is no exercise. */
function triggerFrom(text: string | null): RunTrigger | null {
  return text === null ? null : (RunTrigger.safeParse(JSON.parse(text)).data ?? null);
}

/** The smallest id of its kind that can have been made at an instant or later. */
const idAt = (prefix: IdPrefix, at: string) => formatId(prefix, Math.max(0, Date.parse(at)), new Uint8Array(10));

const partsOf = ({ at, windowMs }: SloWindowAsked) => ({
  since: addMs(at, -windowMs),
  slow: addMs(at, -windowMs * slowPart),
  fast: addMs(at, -windowMs * fastPart),
});

type BadRow = { part: 'whole' | 'slow' | 'fast'; good: number; bad: number };

function evidenceOf(rows: readonly BadRow[]): WindowEvidence {
  const none: Tally = { good: 0, bad: 0 };
  const of = (part: BadRow['part']) => {
    const row = rows.find((one) => one.part === part);
    return { real: row ? { good: row.good, bad: row.bad } : none, drills: none };
  };
  return { whole: of('whole'), slow: of('slow'), fast: of('fast') };
}

/**
 * Receipts tell when they were made, so the index of the deliveries counts them. Against the promise: what is dead through a fault of ours,
 * what was late, and what waits for longer than the time.
 */
const countDeliveries = `
SELECT p.part, bad.count::int AS bad,
  greatest(0, (SELECT count(*) FROM (SELECT FROM deliveries d WHERE d.receipt >= p.first LIMIT $4) n) - waits.young - dead.senders
    - bad.count)::int AS good
FROM unnest(ARRAY['whole', 'slow', 'fast'], $1::text[]) AS p(part, first)
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE q.receipt >= $2) AS young, count(*) FILTER (WHERE q.receipt < $2) AS old
  FROM intake_queue q WHERE q.receipt >= p.first) waits
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE d.fault = 'ours') AS ours, count(*) FILTER (WHERE d.fault = 'sender') AS senders
  FROM deliveries d WHERE d.receipt >= p.first AND d.fault IS NOT NULL AND d.dead) dead
CROSS JOIN LATERAL (
  SELECT waits.old + dead.ours + (
    SELECT count(*) FROM late_deliveries l JOIN deliveries d USING (receipt)
    WHERE l.receipt >= p.first AND l.late_ms > $3::float8 AND NOT d.dead) AS count) bad`;

/** Of incidents that something was posted about, or that wait for it: how long the first message took. */
const countTold = `
WITH opened AS MATERIALIZED (
  SELECT i.opened_at, posted.at AS told_at FROM (
    SELECT * FROM incidents WHERE id >= $1 ORDER BY id DESC LIMIT $2) i
  LEFT JOIN LATERAL (
    SELECT e.at FROM events e WHERE e.stream_id = i.id AND e.seq <= $3 AND e.type = 'message.posted' ORDER BY e.seq LIMIT 1
  ) posted ON true
  WHERE posted.at IS NOT NULL OR (i.notify_due AND i.notified_version = 0)
), judged AS (
  SELECT opened_at, told_at - opened_at <= $4::float8 * interval '1 millisecond' AS in_time FROM opened
  WHERE told_at IS NOT NULL OR $5::timestamptz - opened_at > $4::float8 * interval '1 millisecond'
)
SELECT p.part, count(*) FILTER (WHERE in_time)::int AS good, count(*) FILTER (WHERE in_time IS NOT TRUE)::int AS bad
FROM unnest(ARRAY['whole', 'slow', 'fast'], $6::timestamptz[]) AS p(part, since) JOIN judged ON opened_at >= p.since
GROUP BY 1`;

/** The counts on PostgreSQL. */
export function createSloTallies(pool: Pick<Pool, 'query'>): SloTallies {
  return {
    async runs(asked, at) {
      const { rows } = await pool.query<RunRow>(countRuns, [
        asked.map(({ playbook }) => playbook),
        asked.map(({ windowMs }) => windowMs),
        asked.map(({ slaMs }) => slaMs),
        at,
        slowPart,
        fastPart,
        maxRuns,
      ]);
      return rows.map(
        (row): RunTally => ({
          playbook: row.playbook,
          windowMs: row.window_ms,
          status: row.status,
          inTime: row.in_time,
          trigger: triggerFrom(row.trigger),
          failedCodes: row.codes,
          counts: { whole: row.whole, slow: row.slow, fast: row.fast },
        }),
      );
    },

    async approvals(asked) {
      const { rows } = await pool.query<ApprovalRow>(countApprovals, [partsOf(asked).since, maxRequests]);
      return rows.map(
        (row): AskedApproval => ({
          playbook: row.playbook,
          askedAt: row.asked_at,
          end: row.end === null ? null : (ends[row.end] ?? null),
          endedAt: row.ended_at,
          trigger: triggerFrom(row.trigger),
        }),
      );
    },

    async ingest({ at, windowMs, withinMs }) {
      const { since, slow, fast } = partsOf({ at, windowMs });
      const firsts = [since, slow, fast].map((from) => idAt('dlv', from));
      const { rows } = await pool.query<BadRow>(countDeliveries, [
        firsts,
        idAt('dlv', addMs(at, -withinMs)),
        withinMs,
        maxDeliveries,
      ]);
      return evidenceOf(rows);
    },

    async delivery({ at, windowMs, withinMs }) {
      const { since, slow, fast } = partsOf({ at, windowMs });
      const { rows } = await pool.query<BadRow>(countTold, [
        idAt('inc', since),
        maxIncidents,
        firstEvents,
        withinMs,
        at,
        [since, slow, fast],
      ]);
      return evidenceOf(rows);
    },
  };
}
