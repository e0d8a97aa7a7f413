// When an incident has to be advanced although nothing happens to it. Says when, never what is to be done: decide.ts does.
import { addMs } from '../time.ts';
import type { IncidentRules } from './rules.ts';
import type { IncidentState } from './state.ts';

/** The next instant at which `advance` would change something; null if nothing but a command or an alert can. */
export function incidentWakeAt(state: IncidentState, { closeAfterMs }: IncidentRules): string | null {
  if (state.status === 'open') return state.settlesAt ?? null;
  if (state.status !== 'resolved' || state.resolvedAt === null || closeAfterMs === null) return null;
  return addMs(state.resolvedAt, closeAfterMs);
}
