// Removes what is old and no record, kind by kind and batch by batch, and counts it. What may go is decided by the ages it is given.
import { type RetentionPorts, retentionKinds } from '../ports/retention.ts';
import type { Log } from '../ports/runtime.ts';

/** Rows of one statement: few, so that nobody waits for their locks. */
const batch = 500;
/** Statements of one kind in one turn: what is left over goes in the next, so that a long neglected table takes no turn to itself. */
const maxBatches = 40;

/** One turn; null: another process does it. */
export async function removeOld(ports: RetentionPorts | null, log: Pick<Log, 'info'>): Promise<void> {
  if (!ports) return;
  const { store, ages, count: tell } = ports;
  for (const kind of retentionKinds) {
    const ageMs = ages[kind];
    if (ageMs === null) continue;
    let removed = 0;
    for (let n = 0; n < maxBatches; n += 1) {
      const count = await store.remove(kind, { ageMs, limit: batch });
      removed += count;
      if (count < batch) break;
    }
    if (removed === 0) continue;
    tell(kind, removed);
    log.info({ kind, removed }, 'removed what was kept long enough');
  }
}
