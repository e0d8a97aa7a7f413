// How much there is of what, for metrics: one statement over what is open, never over all there ever was. Counts rows; believes no state.
import type { Pool } from 'pg';
import type { Gauges, ReadGauges } from '../../ports/metrics.ts';

/** Rows of one kind that are looked at, at most: beyond, a number is a lower bound. */
const mostRows = 20_000;

/** What a run that has not ended is at, as `standsAt` of core has it: a step that waits for people is what the run waits for. */
const stateOf = `CASE WHEN r.state->>'paused' = 'true' THEN 'paused'
  WHEN r.status = 'running' AND r.open_approvals > 0 THEN 'awaiting_approval' ELSE r.status END`;

/** Since an instant, in milliseconds. */
const ageMs = (instant: string) => `greatest(0, round(extract(epoch FROM now() - ${instant})::numeric * 1000))::float8`;

const rows = (select: string) => `(SELECT coalesce(json_agg(x), '[]') FROM (${select}) x)`;

const statement = `
WITH open_run AS MATERIALIZED (
  SELECT r.playbook, ${stateOf} AS state, r.state->>'overdueAt' IS NOT NULL AS over_sla, r.updated_at
  FROM runs r WHERE r.finished_at IS NULL LIMIT ${mostRows}
), due AS (
  SELECT pools, wake_at FROM runs WHERE wake_at <= now() AND queues_for IS NULL
    AND NOT EXISTS (SELECT FROM kill_switches k WHERE k.scope IN ('*', runs.playbook)) LIMIT ${mostRows}
), moved AS (
  SELECT updated_at FROM incidents WHERE unsealed UNION ALL SELECT updated_at FROM streams WHERE unsealed LIMIT ${mostRows}
), ended AS (
  SELECT i.sealed_version >= r.version AND NOT i.id = ANY($2::text[]) AS covered
  FROM runs r JOIN incidents i ON i.id = r.incident_id
  WHERE r.started_at > now() - interval '1 day' AND r.finished_at < now() - interval '2 minutes'
  LIMIT ${mostRows}
)
SELECT
  ${rows(`SELECT severity, count(*)::int AS open FROM (
    SELECT severity, state FROM incidents WHERE status = 'open' LIMIT ${mostRows}) i
    WHERE i.state->>'kind' IS DISTINCT FROM 'operation' GROUP BY severity`)} AS incidents,
  (SELECT count(*)::int FROM (SELECT FROM streams WHERE held <> '{}' LIMIT ${mostRows}) s) AS "holdingGroups",
  ${rows(`SELECT playbook, state, count(*)::int AS count,
    count(*) FILTER (WHERE over_sla)::int AS "overSla", ${ageMs('min(updated_at)')} AS "oldestMs"
    FROM open_run GROUP BY playbook, state`)} AS runs,
  (SELECT coalesce(sum(open_approvals), 0)::int FROM runs WHERE open_approvals > 0) AS "openApprovals",
  ${rows(`SELECT 'intake' AS kind, '' AS pool, count(*)::int AS depth, coalesce(${ageMs('min(d.received_at)')}, 0) AS "oldestMs"
      FROM (SELECT receipt FROM intake_queue LIMIT ${mostRows}) q JOIN deliveries d USING (receipt)
    UNION ALL SELECT 'runs', pool, count(*)::int, ${ageMs('min(wake_at)')} FROM due, unnest(pools) AS pool GROUP BY pool
    UNION ALL SELECT DISTINCT 'runs', pool, 0, 0::float8 FROM workers
    UNION ALL SELECT 'slack', '', count(*)::int, coalesce(${ageMs('min(updated_at)')}, 0)
      FROM (SELECT updated_at FROM incidents WHERE notify_due LIMIT ${mostRows}) i WHERE $3`)} AS waiting,
  ${rows(`SELECT pool, count(*)::int AS alive FROM workers
    WHERE seen_at BETWEEN now() - $1 * interval '1 millisecond' AND now() + $1 * interval '1 millisecond'
    GROUP BY pool`)} AS workers,
  (SELECT count(*)::int FROM breakers WHERE open_until > now()) AS "openBreakers",
  (SELECT json_build_array(
    json_build_object('scope', 'all', 'engaged', count(*) FILTER (WHERE scope = '*')),
    json_build_object('scope', 'playbook', 'engaged', count(*) FILTER (WHERE scope <> '*'))) FROM kill_switches) AS switches,
  json_build_object(
    'checkpointAgeMs', (SELECT ${ageMs('at')} FROM checkpoints ORDER BY seq DESC LIMIT 1),
    'unsealedStreams', (SELECT count(*) FROM moved),
    'unsealedMs', (SELECT coalesce(${ageMs('min(updated_at)')}, 0) FROM moved),
    'endedRuns', (SELECT count(*) FROM ended),
    'coveredRuns', (SELECT count(*) FROM ended WHERE covered)) AS record`;

/** Looks it up in PostgreSQL; all ages are by the database's clock. */
export function createReadGauges(pool: Pool): ReadGauges {
  return async ({ workerLeaseMs, faulty, isTold }) => {
    const { rows: found } = await pool.query<Gauges>({
      name: 'gauges',
      text: statement,
      values: [workerLeaseMs, faulty, isTold],
    });
    const [gauges] = found;
    if (gauges === undefined) throw new Error('the database counted nothing');
    return gauges;
  };
}
