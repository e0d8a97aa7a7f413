// Holds what is stored of a playbook's life against what its events lead to, column by column. For audits; changes nothing.
import type { FoldedPlaybookLife, SealedMark } from '../../ports/record.ts';
import { firstDifference, type RowFaultParts, type StreamRow, sealedExpected, streamFault } from './snapshot-faults.ts';

/** The first thing that is wrong with a playbook's row; null: nothing. */
export async function playbookLifeFault(
  parts: RowFaultParts,
  { streamId, head, events, life }: FoldedPlaybookLife,
  sealed: SealedMark | null,
  trusted: readonly string[],
): Promise<string | null> {
  const { rows } = await parts.db.query<StreamRow>({
    name: 'audit-playbook-life',
    text: 'SELECT s.*, s.state::text AS state FROM streams s WHERE s.id = $1',
    values: [streamId],
  });
  const [row] = rows;
  if (!row || life === null) return 'no event of it can be read, or it has no row as a playbook';
  const stream = { streamId, head, events };
  return (
    (await streamFault(parts, row, { table: 'streams', stream, folded: life, sealed, trusted })) ??
    firstDifference(row, {
      ...sealedExpected(sealed),
      kind: 'playbook',
      key: null,
      held: [],
      updated_at: events.at(-1)?.at ?? '',
    })
  );
}
