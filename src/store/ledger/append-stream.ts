// The statement that writes one change of one stream that has no table of its own: its head and its events, and whatever else hangs on the
// head. Decides nothing.
import type { StoredEvent } from '../../core/events.ts';
import type { Head } from '../../core/timeline/chain.ts';
import { eventRows } from './append-changes.ts';

/**
 * Everything hangs on `head`: where the stream has moved on it is not there, and nothing at all is written. It yields one row where it was.
 * @param also further parts of the statement, each such as `name AS (...)`, with parameters from `$10` on
 */
export const appendStreamSql = (kind: 'system' | 'playbook', also: readonly string[] = []): string => `
WITH opened AS (
  INSERT INTO streams (id, kind, version, head_hash, state, updated_at, proof)
  SELECT $1, '${kind}', $2, $3, $4, $5, $9 WHERE $6 = 0
  ON CONFLICT DO NOTHING
  RETURNING id
), extended AS (
  UPDATE streams SET version = $2, head_hash = $3, state = $4, updated_at = $5, proof = $9, unsealed = true
  WHERE id = $1 AND version = $6 AND head_hash = $7
  RETURNING id
), head AS (
  SELECT id FROM opened UNION ALL SELECT id FROM extended
), event AS (
  INSERT INTO events (stream_id, seq, type, at, actor, cause, data, hash)
  SELECT head.id, e.seq, e.type, e.at, e.actor, e.cause, e.data, decode(e.hash, 'hex')
  FROM head, json_to_recordset($8::json) AS e(seq integer, type text, at timestamptz, actor json, cause text, data json,
    hash text)
)${also.map((part) => `, ${part}`).join('')}
SELECT id FROM head`;

/** The first nine parameters. `text` and `proof`: the state as it is stored, and what vouches for it. */
export const appendStreamValues = (
  streamId: string,
  {
    head,
    expected,
    events,
  }: { readonly head: Head; readonly expected: Head | null; readonly events: readonly StoredEvent[] },
  { text, proof }: { readonly text: string; readonly proof: string | null },
): unknown[] => [
  streamId,
  head.version,
  head.hash,
  text,
  events.at(-1)?.at,
  expected?.version ?? 0,
  expected?.hash ?? '',
  eventRows(events),
  proof,
];
