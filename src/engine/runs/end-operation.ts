// What the end of a run means for the incident that it was opened with, in the same commit. The rule is the incident's.
import { type IncidentEvent, type Recorded, systemActor } from '../../core/events.ts';
import { decideIncident } from '../../core/incident/decide.ts';
import { endOf } from '../../core/incident/decide-operation.ts';
import type { IncidentRules } from '../../core/incident/rules.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import type { RunState } from '../../core/run/state.ts';

/** The incident after what a command made of its run, and the events that lead there. */
export function withEnd(
  incident: IncidentState,
  run: RunState,
  { at, rules }: { readonly at: string; readonly rules: IncidentRules },
): { readonly incident: IncidentState; readonly events: readonly Recorded<IncidentEvent>[] } {
  const end = endOf(run, incident);
  if (end === null) return { incident, events: [] };
  const context = { at, rules, actor: systemActor, openInGroup: null };
  const decision = decideIncident(incident, { type: 'end_operation', end }, context);
  if (!decision.ok || decision.value.state === null) return { incident, events: [] };
  return { incident: decision.value.state, events: decision.value.events };
}
