// An alert group has one open incident at a time. Says what stands in the way of another; looking it up is the caller's business.
import type { Refusal } from '../refusal.ts';
import { type IncidentContext, refuse } from './draft.ts';
import type { IncidentState } from './state.ts';

/**
 * Why an incident that has ended cannot be open again; null if it can.
 * @param ends id of an incident that ends with the same change, so it is in nobody's way
 */
export function refusalToReopen(
  state: IncidentState,
  { openInGroup }: Pick<IncidentContext, 'openInGroup'>,
  ends: string | null = null,
): Refusal | null {
  if (openInGroup === null || openInGroup.id === state.id || openInGroup.id === ends) return null;
  return refuse(
    'wrong_state',
    `the alerts of this incident belong to #${openInGroup.number}, which is open; go on there, or resolve it first`,
  );
}
