// From an incident's decision to what is to be appended, and what that needs. Decides nothing itself.
import type { IncidentCommand } from '../../core/incident/command.ts';
import { decideIncident } from '../../core/incident/decide.ts';
import type { IncidentRules } from '../../core/incident/rules.ts';
import type { Directory } from '../../ports/directory.ts';
import type { Correlation } from '../../ports/intake.ts';
import type { EventStore, LoadedIncident } from '../../ports/ledger.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { CommandDecision, Pipeline } from '../pipeline.ts';
import type { IncidentProposal } from '../proposal.ts';

/** What commanding incidents needs. */
export type IncidentParts = {
  readonly pipeline: Pick<Pipeline, 'execute'>;
  readonly store: Pick<EventStore, 'loadIncident'>;
  readonly runtime: Runtime;
  readonly correlation: Pick<Correlation, 'nextIncidentNumber' | 'openInGroup'>;
  readonly rules: IncidentRules;
  readonly directory: () => Pick<Directory, 'members'>;
};

/** What a command on an incident that is there leads to. */
export function propose(
  loaded: LoadedIncident,
  command: IncidentCommand,
  context: Parameters<typeof decideIncident>[2],
): CommandDecision {
  const decision = decideIncident(loaded.incident, command, { ...context, lastSeq: loaded.head.version });
  if (!decision.ok) return { outcome: 'refused', refusal: decision.error };
  const { events, state } = decision.value;
  if (events.length === 0 || state === null) return { outcome: 'unchanged' };
  const proposal: IncidentProposal = {
    stream: 'incident',
    incidentId: state.id,
    before: loaded,
    incident: state,
    events,
    runs: [],
  };
  return { outcome: 'proposed', proposals: [proposal] };
}
