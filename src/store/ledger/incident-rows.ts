// Rows of incidents as lists and lookups read them: what is selected, what is believed, what somebody may know of, where a page ends.
import { RecordFaultError } from '../../core/timeline/record-fault.ts';
import type { Page, PageRequest } from '../../ports/page.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { type IncidentColumns as IncidentSnapshot, type Snapshots, incidentColumns as snapshot } from './snapshots.ts';

/** An incident's row with when it was changed last. */
export type ListedIncident = IncidentSnapshot & { updated_at: string };

/** Selects rows of `incidents i`. */
export const selectIncidents = `SELECT ${snapshot}, i.updated_at FROM incidents i`;

/**
 * The condition on `incidents i` that leaves out what somebody may not know of. `parameter`: a text[] of the private incidents that he or
 * she sees, NULL for all there are. Closed by default: what becomes private while it is asked for is not in it.
 */
export const seenIn = (parameter: string): string =>
  `(${parameter}::text[] IS NULL OR NOT i.is_private OR i.id = ANY(${parameter}::text[]))`;

/** An incident out of its row. @throws RecordFaultError if the row cannot be believed */
export async function toIncident(loads: Pick<Snapshots, 'loadIncident'>, row: ListedIncident): Promise<IncidentRow> {
  const { incident, head } = await loads.loadIncident(row);
  return { ...incident, version: head.version, updatedAt: row.updated_at };
}

/** The rows that can be believed. */
export async function believable<Row, T>(rows: readonly Row[], load: (row: Row) => Promise<T>): Promise<readonly T[]> {
  const loaded = await Promise.allSettled(rows.map(load));
  return loaded.flatMap((one) => {
    if (one.status === 'fulfilled') return [one.value];
    if (one.reason instanceof RecordFaultError) return [];
    throw one.reason;
  });
}

/** Cuts a page out of one row more than was asked for. Ids sort by time, so the last id is the cursor. */
export function toPage<T>(items: readonly T[], { limit }: PageRequest, id: (item: T) => string): Page<T> {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  return { items: page, cursor: items.length > limit && last ? id(last) : null };
}
