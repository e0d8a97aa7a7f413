// Runs that have ended, with their own events, for whoever plays them once more. Reads only.
import type { Pool } from 'pg';
import type { StoredEvent } from '../../core/events.ts';
import type { RecordedRun } from '../../ports/change-control.ts';

type Row = Omit<StoredEvent, 'streamId' | 'prevHash'> & { readonly stream_id: string; readonly run_id: string };

/** Runs whose events are read in one statement. */
const pageSize = 50;

/** The runs of a playbook that ended last, the latest first. */
export async function* recordedRuns(
  pool: Pick<Pool, 'query'>,
  playbook: string,
  limit: number,
): AsyncGenerator<RecordedRun> {
  const { rows: runs } = await pool.query<{ id: string; incident_id: string }>({
    name: 'runs-to-replay',
    text: `SELECT id, incident_id FROM runs WHERE playbook = $1 AND finished_at IS NOT NULL
           ORDER BY finished_at DESC, id LIMIT $2`,
    values: [playbook, limit],
  });
  for (let at = 0; at < runs.length; at += pageSize) {
    const page = runs.slice(at, at + pageSize);
    const { rows } = await pool.query<Row>({
      name: 'events-to-replay',
      text: `SELECT e.stream_id, e.seq, e.type, e.at, e.actor, e.cause, e.data, encode(e.hash, 'hex') AS hash, w.run AS run_id
             FROM unnest($1::text[], $2::text[]) AS w(run, incident)
             JOIN events e ON e.stream_id = w.incident AND e.data->>'runId' = w.run ORDER BY w.run, e.seq`,
      values: [page.map(({ id }) => id), page.map(({ incident_id: incident }) => incident)],
    });
    const events = new Map<string, StoredEvent[]>(page.map(({ id }) => [id, []]));
    for (const { stream_id: streamId, run_id: runId, ...event } of rows)
      events.get(runId)?.push({ ...event, streamId, prevHash: '' });
    for (const { id } of page) yield { runId: id, events: events.get(id) ?? [] };
  }
}
