// All action items that may be shown to somebody, page by page. Reads only.
import type { ActionItemRow } from '../../ports/follow-up.ts';
import type { Page } from '../../ports/page.ts';
import type { ReadModels } from '../../ports/reads.ts';

/** Action items of every incident that is not private, or is one of those that are seen. */
export async function itemsSeen(
  reads: Pick<ReadModels, 'actionItems'>,
  seen: readonly string[],
): Promise<readonly ActionItemRow[]> {
  const items: ActionItemRow[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Page<ActionItemRow> = await reads.actionItems({ limit: 200, cursor, seen });
    items.push(...page.items);
    if (page.cursor === null) return items;
    cursor = page.cursor;
  }
}
