// The counts of a weekly digest as one statement: what fails again and again, what people did by hand, what waits now. SQL only.
import { eventsOfRuns, mostRows, rowsOf } from './digest-events.ts';

/** The types of events that count, besides those of what people do by hand. */
export const weeklyTypes: readonly string[] = ['step.started', 'step.failed', 'step.retry_scheduled', 'step.held'];

const ageMs = (instant: string) => `greatest(0, round(extract(epoch FROM now() - ${instant})::numeric * 1000))::float8`;

/** `$5`: the zone whose days are counted; `$6`: what people do by hand. What a start says of its target counts for the try that it starts. */
export const weeklyStatement = `
WITH ${eventsOfRuns(`e.data->>'step' AS node, e.data->>'attempt' AS attempt, e.actor->>'kind' AS actor,
    coalesce(e.data->'plan'->>'target', e.data->>'target') AS target`)},
troubles AS (
  SELECT s.target, f.at, f.playbook, f.hidden FROM shown f
    JOIN told s ON s.type = 'step.started' AND s.run_id = f.run_id AND s.node = f.node AND s.attempt = f.attempt
    WHERE f.type IN ('step.failed', 'step.retry_scheduled')
  UNION ALL SELECT target, at, playbook, hidden FROM shown WHERE type = 'step.held'
), waits AS (
  SELECT r.id, r.started_at, r.queues_for, i.is_private AND NOT i.id = ANY($3::text[]) AS hidden
  FROM runs r JOIN incidents i ON i.id = r.incident_id WHERE r.queues_for IS NOT NULL
)
SELECT json_build_object(
  'dependencies', ${rowsOf(`SELECT CASE WHEN hidden THEN NULL ELSE target END AS target,
      count(DISTINCT (at AT TIME ZONE $5::text)::date)::int AS days, count(*)::int AS failures,
      coalesce(array_agg(DISTINCT playbook) FILTER (WHERE playbook IS NOT NULL), '{}') AS playbooks
    FROM troubles WHERE target IS NOT NULL GROUP BY 1 HAVING count(DISTINCT (at AT TIME ZONE $5::text)::date) > 1
    ORDER BY days DESC, failures DESC, 1 LIMIT ${mostRows}`)},
  'interventions', ${rowsOf(`SELECT playbook, type AS order, count(*)::int AS count FROM shown
    WHERE actor = 'user' AND type = ANY($6::text[]) GROUP BY playbook, type ORDER BY count DESC, playbook, type LIMIT 500`)},
  'queues', ${rowsOf(`SELECT 'approvals' AS queue, NULL::text AS name, count(*)::int AS count, ${ageMs('min(asked)')} AS "oldestMs"
      FROM (SELECT (a.value->>'requestedAt')::timestamptz AS asked FROM runs r, json_each(r.state->'approvals') a
        WHERE r.open_approvals > 0 AND a.value->>'status' = 'open') q HAVING count(*) > 0
    UNION ALL SELECT * FROM (SELECT 'runs', CASE WHEN hidden THEN NULL ELSE queues_for END, count(*)::int, ${ageMs('min(started_at)')}
      FROM waits GROUP BY 2 ORDER BY 4 DESC LIMIT ${mostRows}) r
    UNION ALL SELECT 'deliveries', NULL, count(*)::int, ${ageMs('min(received_at)')} FROM deliveries
      WHERE dead AND received_at >= $1 AND received_at < $2 HAVING count(*) > 0`)}) AS facts`;
