// What the statements of all digests share: the events of a time with their runs, and what of them may be named. SQL only.

/** Rows that are listed of one kind, at the utmost. */
export const mostRows = 50;

/** Rows as one JSON array. */
export const rowsOf = (select: string): string => `(SELECT coalesce(json_agg(x), '[]') FROM (${select}) x)`;

/**
 * The events of runs in a time: `$1` and `$2` are its begin and end, `$3` the private incidents that are seen, `$4` the types. What may not be
 * named is null. `also`: more columns of `events e`.
 */
export const eventsOfRuns = (also: string): string => `
told AS MATERIALIZED (
  SELECT e.stream_id, e.seq, e.type, e.at, e.data->>'runId' AS run_id, ${also}
  FROM events e WHERE e.at >= $1 AND e.at < $2 AND e.type = ANY($4::text[])
), shown AS MATERIALIZED (
  SELECT t.*, i.is_private AND NOT i.id = ANY($3::text[]) AS hidden,
    CASE WHEN i.is_private AND NOT i.id = ANY($3::text[]) THEN NULL ELSE r.playbook END AS playbook,
    CASE WHEN i.is_private AND NOT i.id = ANY($3::text[]) THEN NULL ELSE i.number END AS number
  FROM told t JOIN runs r ON r.id = t.run_id JOIN incidents i ON i.id = r.incident_id
)`;

/** A node of a step without the item of a `forEach` that it is about. */
export const stepOf = (node: string): string => `regexp_replace(${node}, '#[0-9]+', '')`;

/** The number of the latest incident of a group of rows. */
export const latestIncident = `(array_agg(number ORDER BY at DESC))[1]`;
