// The counts of a daily digest as one statement. SQL only.
import { drillRows, drillTypes, eventsOfRuns, latestIncident, mostRows, rowsOf, stepOf } from './digest-events.ts';

/** The types of events that count. */
export const dailyTypes: readonly string[] = ['run.overdue', 'step.failed', 'step.retry_scheduled', ...drillTypes];

const ended = (type: string) => `(SELECT count(*)::int FROM told WHERE type = 'run.${type}')`;

/** Why a run failed is its last failed step of the time; one that failed before it, or at none, has no step. */
export const dailyStatement = `
WITH ${eventsOfRuns(`e.data->>'step' AS node, e.data->'error'->>'code' AS code`)},
failed AS (
  SELECT run_id, max(at) AS at, max(playbook) AS playbook, max(number) AS number, bool_or(hidden) AS hidden
  FROM shown WHERE type IN ('run.failed', 'run.compensation_failed') GROUP BY run_id
), caused AS (
  SELECT DISTINCT ON (f.run_id) f.run_id, f.at, f.playbook, f.number, f.hidden, s.node, s.code
  FROM failed f LEFT JOIN told s ON s.run_id = f.run_id AND s.type = 'step.failed' AND s.at <= f.at
  ORDER BY f.run_id, s.at DESC NULLS LAST, s.seq DESC
), named AS (
  SELECT run_id, at, playbook, number,
    CASE WHEN hidden THEN NULL ELSE ${stepOf('node')} END AS step, CASE WHEN hidden THEN NULL ELSE code END AS error
  FROM caused
), again AS (
  SELECT run_id, at, playbook, number, CASE WHEN hidden THEN NULL ELSE ${stepOf('node')} END AS step,
    CASE WHEN hidden THEN NULL ELSE code END AS error
  FROM shown WHERE type = 'step.retry_scheduled'
)
SELECT json_build_object(
  'ended', json_build_object('succeeded', ${ended('succeeded')}, 'failed', ${ended('failed')},
    'undone', ${ended('compensated')}, 'undoFailed', ${ended('compensation_failed')}, 'cancelled', ${ended('cancelled')}),
  'failures', ${rowsOf(`SELECT playbook, step, error, count(*)::int AS runs, ${latestIncident} AS incident FROM named
    GROUP BY playbook, step, error ORDER BY runs DESC, playbook, step, error LIMIT ${mostRows}`)},
  'retries', ${rowsOf(`SELECT playbook, step, mode() WITHIN GROUP (ORDER BY error) AS error, count(*)::int AS retries,
      count(DISTINCT run_id)::int AS runs, ${latestIncident} AS incident FROM again
    GROUP BY playbook, step ORDER BY retries DESC, playbook, step LIMIT ${mostRows}`)},
  'overdue', ${rowsOf(`SELECT playbook, count(DISTINCT run_id)::int AS runs, ${latestIncident} AS incident FROM shown
    WHERE type = 'run.overdue' GROUP BY playbook ORDER BY runs DESC, playbook LIMIT ${mostRows}`)},
  'drills', ${drillRows()}) AS facts`;
