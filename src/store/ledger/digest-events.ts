// What the statements of all digests share: the events of a time with their runs, and what of them may be named. SQL only.

/** Rows that are listed of one kind, at the utmost. */
export const mostRows = 50;

/** Rows as one JSON array. */
export const rowsOf = (select: string): string => `(SELECT coalesce(json_agg(x), '[]') FROM (${select}) x)`;

/** Whether the run `r` is an exercise, as `isDrill` of core has it. What an alert started is none: its state need not be read for that. */
const isDrill = `(NOT r.by_alert AND coalesce(coalesce(r.origin, r.state)->'trigger'->>'drill' = 'true'
  OR (coalesce(r.origin, r.state)->'trigger'->>'type' = 'manual'
    AND coalesce(r.origin, r.state)->'trigger'->>'reason' ~* '^drill\\y'), false))`;

const hidden = 'i.is_private AND NOT i.id = ANY($3::text[])';
const named = (column: string, as: string) => `CASE WHEN ${hidden} THEN NULL ELSE ${column} END AS ${as}`;

/**
 * The events of runs in a time, without those of exercises, which are `exercised`: `$1` and `$2` are its begin and end, `$3` the private incidents that are seen, `$4` the types. What may not be
 * named is null. `also`: more columns of `events e`.
 */
export const eventsOfRuns = (also: string): string => `
happened AS MATERIALIZED (
  SELECT e.stream_id, e.seq, e.type, e.at, e.data->>'runId' AS run_id, ${also}
  FROM events e WHERE e.at >= $1 AND e.at < $2 AND e.type = ANY($4::text[])
), drills AS MATERIALIZED (
  SELECT r.id FROM runs r WHERE r.id IN (SELECT run_id FROM happened) AND ${isDrill}
), told AS MATERIALIZED (
  SELECT h.* FROM happened h WHERE NOT EXISTS (SELECT FROM drills d WHERE d.id = h.run_id)
), shown AS MATERIALIZED (
  SELECT t.*, ${hidden} AS hidden, ${named('r.playbook', 'playbook')}, ${named('i.number', 'number')}
  FROM told t JOIN runs r ON r.id = t.run_id JOIN incidents i ON i.id = r.incident_id
), exercised AS MATERIALIZED (
  SELECT h.run_id, h.type, h.at, ${named('r.playbook', 'playbook')}, ${named('i.number', 'number')}
  FROM happened h JOIN drills d ON d.id = h.run_id JOIN runs r ON r.id = h.run_id JOIN incidents i ON i.id = r.incident_id
)`;

/** The types of events that tell how exercises end: those that are judged, and the ends of all. */
export const drillTypes: readonly string[] = [
  'drill.passed',
  'drill.failed',
  'run.succeeded',
  'run.failed',
  'run.cancelled',
  'run.compensated',
  'run.compensation_failed',
];

/** Exercises by playbook: how many ended, and how those came out that are judged. */
export const drillRows = (): string =>
  rowsOf(`SELECT playbook, count(DISTINCT run_id)::int AS runs, count(*) FILTER (WHERE type = 'drill.passed')::int AS passed,
      count(*) FILTER (WHERE type = 'drill.failed')::int AS failed, ${latestIncident} AS incident
    FROM exercised WHERE type IN (${drillTypes.map((type) => `'${type}'`).join(', ')}) GROUP BY playbook ORDER BY failed DESC, runs DESC, playbook LIMIT ${mostRows}`);

/** A node of a step without the item of a `forEach` that it is about. */
export const stepOf = (node: string): string => `regexp_replace(${node}, '#[0-9]+', '')`;

/** The number of the latest incident of a group of rows. */
export const latestIncident = `(array_agg(number ORDER BY at DESC))[1]`;
