// Finds the evidence of incidents by the events that name it. Reads only.
import type { Pool } from 'pg';
import type { StoredEvent } from '../../core/events.ts';
import { namesEvidence } from '../../core/timeline/bundle.ts';
import type { EventPlace, EvidenceIndex } from '../../ports/evidence.ts';

/** The index on a pool of connections. */
export const createEvidenceIndex = (pool: Pool): EvidenceIndex => ({
  async namedIn(incidentId) {
    const { rows: events } = await pool.query<Pick<StoredEvent, 'seq' | 'type' | 'at' | 'data'>>({
      name: 'evidence-events',
      text: `SELECT seq, type, at, data FROM events
             WHERE stream_id = $1 AND type = ANY($2::text[]) AND coalesce(data->>'artifacts', '[]') <> '[]' ORDER BY seq`,
      values: [incidentId, [...namesEvidence]],
    });
    const { rows: gone } = await pool.query<{ digest: string }>({
      name: 'redacted-evidence',
      text: `SELECT digest FROM artifacts JOIN artifact_places USING (digest)
             WHERE incident_id = $1 AND redacted_by IS NOT NULL`,
      values: [incidentId],
    });
    return { events, redacted: new Set(gone.map(({ digest }) => digest)) };
  },
  async holding(text, limit) {
    const { rows } = await pool.query<EventPlace>(
      `SELECT stream_id AS "streamId", seq, type FROM events WHERE position($1 IN data::text) > 0
       ORDER BY stream_id, seq LIMIT $2`,
      [JSON.stringify(text).slice(1, -1), limit],
    );
    return rows;
  },
  async bytesIn(incidentId) {
    const { rows } = await pool.query<{ bytes: number }>({
      name: 'evidence-bytes',
      text: `SELECT coalesce(sum(bytes), 0)::float8 AS bytes FROM artifacts JOIN artifact_places USING (digest)
             WHERE incident_id = $1`,
      values: [incidentId],
    });
    return rows[0]?.bytes ?? 0;
  },
});
