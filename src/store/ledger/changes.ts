// The ledger as one stream of changes, for readers that follow all of it. Reads only.
import type { Pool } from 'pg';
import type { LedgerChange, LedgerChanges } from '../../ports/api.ts';

type Row = { stream_id: string; seq: number; type: string; at: string; run_id: string | null; is_private: boolean };

// Streams have no common number, and commits are not in the order of their instants. So the place in each stream decides,
// and the time of the last change only says which streams to look at.
const after = `
SELECT e.stream_id, e.seq, e.type, e.at, e.data->>'runId' AS run_id, i.is_private
FROM incidents i
LEFT JOIN unnest($2::text[], $3::integer[]) AS known(id, seq) ON known.id = i.id
JOIN events e ON e.stream_id = i.id AND e.seq > coalesce(known.seq, 0) AND (known.seq IS NOT NULL OR e.at >= $1)
WHERE i.updated_at >= $1 AND i.version > coalesce(known.seq, 0)
ORDER BY i.updated_at, e.stream_id, e.seq
LIMIT $4`;

const toChange = (row: Row): LedgerChange => ({
  incidentId: row.stream_id,
  seq: row.seq,
  type: row.type,
  at: row.at,
  runId: row.run_id,
  isPrivate: row.is_private,
});

/** The changes in PostgreSQL. */
export function createLedgerChanges(pool: Pool): LedgerChanges {
  return {
    async after(since, known, limit) {
      const { rows } = await pool.query<Row>({
        name: 'ledger-changes',
        text: after,
        values: [since, [...known.keys()], [...known.values()], limit],
      });
      return rows.map(toChange);
    },
  };
}
