// The rules of an incident that stands for an operation: it was opened for a run that people started, and ends with it.
import { systemActor } from '../events.ts';
import type { RunState } from '../run/state.ts';
import type { IncidentDraft } from './draft.ts';
import type { IncidentState } from './state.ts';

/** What the end of a run means for its incident; null: nothing, as for every incident in which people have trouble. */
export function endOf(
  run: Pick<RunState, 'status' | 'trigger' | 'drill'>,
  incident: IncidentState,
): 'well' | 'badly' | null {
  // Runs that a step started are part of the run that has the step.
  if (incident.kind !== 'operation' || run.trigger.type === 'run') return null;
  if (run.drill?.outcome === 'passed') return 'well';
  if (run.status === 'succeeded' || run.status === 'cancelled') return 'well';
  return run.status === 'failed' || run.status === 'compensation_failed' ? 'badly' : null;
}

/** Records that a run of the operation ended. One that ended badly leaves the incident to people, and brings it back to them. */
export function endOperation(draft: IncidentDraft, end: 'well' | 'badly'): void {
  const { status, alerts, kind } = draft.state;
  if (kind !== 'operation') return;
  const fires = Object.values(alerts).some((alert) => alert.status === 'firing');
  if (end === 'well' && status === 'open' && !fires)
    draft.record({ type: 'incident.resolved', data: { reason: 'its run is over' } }, systemActor);
  if (end === 'badly' && status === 'resolved')
    draft.record({ type: 'incident.reopened', data: { reason: 'a run of it failed' } }, systemActor);
}
