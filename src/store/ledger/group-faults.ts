// Holds what is stored of an alert group against what its events lead to, column by column. For audits; changes nothing.
import type { FoldedGroup, SealedMark } from '../../ports/record.ts';
import { groupColumns } from './append-groups.ts';
import { firstDifference, type RowFaultParts, type StreamRow, sealedExpected, streamFault } from './snapshot-faults.ts';

/** The first thing that is wrong with a group's row; null: nothing. */
export async function groupFault(
  parts: RowFaultParts,
  { streamId, head, events, group }: FoldedGroup,
  sealed: SealedMark | null,
  trusted: readonly string[],
): Promise<string | null> {
  const { rows } = await parts.db.query<StreamRow>({
    name: 'audit-group',
    text: 'SELECT s.*, s.state::text AS state FROM streams s WHERE s.id = $1',
    values: [streamId],
  });
  const [row] = rows;
  if (!row || group === null) return 'no event opens it, or it has no row as an alert group';
  const stream = { streamId, head, events };
  return (
    (await streamFault(parts, row, { table: 'streams', stream, folded: group, sealed, trusted })) ??
    firstDifference(row, {
      ...groupColumns({ group }),
      ...sealedExpected(sealed),
      kind: 'group',
      updated_at: events.at(-1)?.at ?? '',
    })
  );
}
