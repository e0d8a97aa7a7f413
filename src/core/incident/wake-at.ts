// When an incident has to be advanced although nothing happens to it. Says when, never what is to be done: decide.ts does.
import { addMs } from '../time.ts';
import type { IncidentRules } from './rules.ts';
import type { IncidentState } from './state.ts';

/** The next instant at which `advance` would change something; null if nothing but a command or an alert can. */
export function incidentWakeAt(state: IncidentState, rules: IncidentRules): string | null {
  if (state.status === 'open') {
    const due = [state.settlesAt, acknowledgedUntil(state, rules)].filter((at) => typeof at === 'string');
    return due.toSorted()[0] ?? null;
  }
  if (state.status !== 'resolved' || state.resolvedAt === null || rules.closeAfterMs === null) return null;
  return addMs(state.resolvedAt, rules.closeAfterMs);
}

/** When the acknowledgement of an open incident ends by itself; null: there is none, or it holds to the end. */
export function acknowledgedUntil(
  { status, acknowledgedAt }: Pick<IncidentState, 'status' | 'acknowledgedAt'>,
  { acknowledgeForMs }: Pick<IncidentRules, 'acknowledgeForMs'>,
): string | null {
  return status !== 'open' || acknowledgedAt === null || acknowledgeForMs === null
    ? null
    : addMs(acknowledgedAt, acknowledgeForMs);
}
