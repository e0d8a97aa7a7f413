// The counts of a monthly digest as one statement: approvals, versions, what was undone, access and changes. SQL only.
import { drillRows, drillTypes, eventsOfRuns, mostRows, rowsOf } from './digest-events.ts';

/** The types of events of runs that count. */
export const monthlyTypes: readonly string[] = [
  'approval.requested',
  'approval.granted',
  'approval.denied',
  'approval.expired',
  ...drillTypes,
];

const of = (type: string) => `count(*) FILTER (WHERE type = '${type}')::int`;
const who = `coalesce(e.actor->>'person', e.actor->>'name', e.actor->>'id')`;

/** Changes of people are those of the system stream, which belongs to no incident. */
export const monthlyStatement = `
WITH ${eventsOfRuns(`e.data->>'approvalId' AS approval_id`)},
decided AS (
  SELECT q.playbook, extract(epoch FROM d.at - q.at) * 1000 AS wait_ms FROM shown q
    JOIN told d ON d.approval_id = q.approval_id AND d.type IN ('approval.granted', 'approval.denied')
    WHERE q.type = 'approval.requested'
), waited AS (
  SELECT playbook, percentile_cont(0.5) WITHIN GROUP (ORDER BY wait_ms) AS wait_ms FROM decided GROUP BY playbook
), changes AS (
  SELECT e.type, e.at, ${who} AS by, e.data->>'name' AS name FROM events e
  WHERE e.stream_id = 'system' AND e.at >= $1 AND e.at < $2 AND e.actor->>'kind' <> 'system'
)
SELECT json_build_object(
  'approvals', ${rowsOf(`SELECT a.*, round(w.wait_ms)::float8 AS "waitMs" FROM (
      SELECT playbook, ${of('approval.requested')} AS asked, ${of('approval.granted')} AS granted,
        ${of('approval.denied')} AS denied, ${of('approval.expired')} AS expired
      FROM shown WHERE type LIKE 'approval.%' GROUP BY playbook) a
    LEFT JOIN waited w ON w.playbook IS NOT DISTINCT FROM a.playbook ORDER BY a.asked DESC, a.playbook LIMIT ${mostRows}`)},
  'versions', ${rowsOf(`SELECT name AS playbook, array_agg(version ORDER BY kept_at) AS versions FROM playbook_versions
    WHERE kept_at >= $1 AND kept_at < $2 GROUP BY name ORDER BY count(*) DESC, name LIMIT ${mostRows}`)},
  'compensations', ${rowsOf(`SELECT playbook, ${of('run.compensated')} AS undone, ${of('run.compensation_failed')} AS failed
    FROM shown WHERE type IN ('run.compensated', 'run.compensation_failed') GROUP BY playbook ORDER BY count(*) DESC, playbook LIMIT ${mostRows}`)},
  'drills', ${drillRows()},
  'access', json_build_object(
    'tokens', ${rowsOf(`SELECT CASE type WHEN 'token.created' THEN 'created' ELSE 'revoked' END AS change, name, by FROM changes
      WHERE type IN ('token.created', 'token.revoked') ORDER BY at DESC LIMIT ${mostRows}`)},
    'sessions', (SELECT json_build_object('count', count(*), 'people', count(DISTINCT (provider, subject))) FROM sessions
      WHERE created_at >= $1 AND created_at < $2),
    'changes', ${rowsOf(`SELECT by, type, count(*)::int AS count FROM changes
      WHERE type NOT IN ('token.created', 'token.revoked') GROUP BY by, type ORDER BY count DESC, by, type LIMIT ${mostRows}`)})
) AS facts`;
