// Looks up what may stand in the way of opening an incident again. Decides nothing.
import type { Correlation } from '../../ports/intake.ts';
import type { LoadedIncident } from '../../ports/ledger.ts';

/** The open incident of the alert group of one that has ended; null if there is none, or it is open itself. */
export async function openInGroupOf(
  correlation: Pick<Correlation, 'openInGroup'>,
  { incident: { status, groupKey } }: LoadedIncident,
): Promise<LoadedIncident | null> {
  return status === 'open' || groupKey === null ? null : correlation.openInGroup(groupKey);
}
