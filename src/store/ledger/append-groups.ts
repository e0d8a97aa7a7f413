// The one statement that writes changes of alert groups: heads, events and receipts of any number of streams. No logic.
import { heldIn } from '../../core/group/state.ts';
import type { GroupChange } from '../../ports/ledger.ts';
import { eventRows, withTexts } from './append-changes.ts';
import type { Snapshots } from './snapshots.ts';

/**
 * Writes changes in one statement; `$1` is a JSON array of them. Everything of a change hangs on `head`: where its stream has moved on, its
 * key has a group already, or one of its deliveries was settled by another process, it is not there and nothing at all of it is written.
 */
export const appendGroupsSql = `
WITH change AS (
  SELECT * FROM json_to_recordset($1::json) AS c(id text, opens boolean, version integer, "headHash" text, state json,
    proof text, key text, at timestamptz, "wakeAt" timestamptz, held text[], "expectedVersion" integer, "expectedHash" text,
    receipts jsonb)
), receipt AS (
  SELECT receipt FROM intake_queue WHERE receipt = ANY($3::text[]) ORDER BY receipt FOR UPDATE
), allowed AS (
  SELECT * FROM change c WHERE NOT EXISTS (
    SELECT 1 FROM jsonb_array_elements_text(c.receipts) AS r(receipt) WHERE r.receipt NOT IN (SELECT receipt FROM receipt))
), opened AS (
  INSERT INTO streams (id, kind, key, version, head_hash, state, proof, updated_at, wake_at, held)
  SELECT id, 'group', key, version, "headHash", state, proof, at, "wakeAt", held FROM allowed WHERE opens
  ON CONFLICT DO NOTHING
  RETURNING id
), extended AS (
  UPDATE streams s SET version = c.version, head_hash = c."headHash", state = c.state, proof = c.proof, updated_at = c.at,
    wake_at = c."wakeAt", held = c.held, unsealed = true
  FROM allowed c
  WHERE NOT c.opens AND s.id = c.id AND s.version = c."expectedVersion" AND s.head_hash = c."expectedHash"
  RETURNING s.id
), head AS (
  SELECT id FROM opened UNION ALL SELECT id FROM extended
), event AS (
  INSERT INTO events (stream_id, seq, type, at, actor, cause, data, hash)
  SELECT head.id, e.seq, e.type, e.at, e.actor, e.cause, e.data, decode(e.hash, 'hex')
  FROM head JOIN json_to_recordset($2::json) AS e("streamId" text, seq integer, type text, at timestamptz, actor json,
    cause text, data json, hash text) ON e."streamId" = head.id
), settled AS (
  DELETE FROM intake_queue q USING allowed c JOIN head USING (id), jsonb_array_elements_text(c.receipts) AS r(receipt)
  WHERE q.receipt = r.receipt
)
SELECT id FROM head`;

function headRow(change: GroupChange, snapshots: Pick<Snapshots, 'ofGroup'>): string {
  const { group, head, expected, events, wakeAt, receipts } = change;
  const { text, proof } = snapshots.ofGroup(change);
  const row = {
    id: group.id,
    opens: expected === null,
    version: head.version,
    headHash: head.hash,
    proof,
    ...groupColumns(change),
    at: events.at(-1)?.at,
    wakeAt,
    expectedVersion: expected?.version ?? 0,
    expectedHash: expected?.hash ?? '',
    receipts,
  };
  return withTexts(row, { state: text });
}

/** The columns of a group that are read of its state. */
export const groupColumns = ({ group }: Pick<GroupChange, 'group'>) => ({
  key: group.key,
  held: heldIn(group)
    .map(([fingerprint]) => fingerprint)
    .sort(),
});

/** The statement's parameters for changes of different groups. */
export const appendGroupsValues = (
  changes: readonly GroupChange[],
  snapshots: Pick<Snapshots, 'ofGroup'>,
): unknown[] => [
  `[${changes.map((change) => headRow(change, snapshots)).join()}]`,
  eventRows(changes.flatMap(({ events }) => events)),
  changes.flatMap(({ receipts }) => receipts),
];
