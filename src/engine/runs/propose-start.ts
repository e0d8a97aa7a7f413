// What starting a run of its own writes: the run, and the incident that it opens where it belongs to none. Appends nothing.
import type { Alert } from '../../core/alert/alert.ts';
import type { Actor, Recorded, RunTrigger } from '../../core/events.ts';
import { decideIncident } from '../../core/incident/decide.ts';
import type { IncidentRules } from '../../core/incident/rules.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ActionCatalog } from '../../core/playbook/action-traits.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import type { Offer } from '../../core/run/draft.ts';
import { decideStart } from '../../core/run/start.ts';
import type { NewRun } from '../../core/run/started.ts';
import type { Masker } from '../../core/secret/masker.ts';
import type { Correlation } from '../../ports/intake.ts';
import type { LoadedIncident } from '../../ports/ledger.ts';
import { refused } from '../outcome.ts';
import type { CommandDecision } from '../pipeline.ts';
import type { IncidentProposal } from '../proposal.ts';
import { withEnd } from './end-operation.ts';
import { proposeFailedDrill } from './failed-drill.ts';
import { type PrepareParts, prepareRun } from './prepare-run.ts';

/** What it needs. */
export type ProposeParts = PrepareParts & {
  readonly traits: ActionCatalog;
  readonly mask: Masker['mask'];
  readonly correlation: Pick<Correlation, 'nextIncidentNumber'>;
  readonly env: { readonly [name: string]: string };
  readonly rules: IncidentRules;
  readonly offer: () => Offer | null;
};

/** A run that is to start. */
export type ToStart = {
  readonly playbook: Playbook;
  readonly inputs: JsonObject;
  /** Where it is to be; null: it opens an incident of kind `operation`, with this id and title. */
  readonly incident: LoadedIncident | null;
  readonly incidentId: string;
  readonly title: string;
  readonly runId: string;
  readonly at: string;
  readonly actor: Actor;
  readonly trigger: RunTrigger;
  /** The alert that it is to have; absent: none. */
  readonly alert?: Alert;
  /** People who are asked before anything starts. */
  readonly gate?: NewRun['gate'];
  /** Why no freeze holds it. */
  readonly exception?: string;
};

/** The proposal, or why there is none. */
export async function proposeStart(parts: ProposeParts, start: ToStart): Promise<CommandDecision> {
  const { playbook, inputs, incident: before, runId, at, actor, trigger, gate, exception, alert = null } = start;
  const events: Recorded[] = [];
  let incident = before?.incident ?? null;
  if (incident === null) {
    const number = await parts.correlation.nextIncidentNumber();
    const declare = {
      type: 'declare' as const,
      incidentId: start.incidentId,
      number,
      title: start.title,
      severity: 3,
      kind: 'operation' as const,
    };
    const opened = decideIncident(null, declare, { at, actor, rules: parts.rules, openInGroup: null });
    if (!opened.ok) return { outcome: 'refused', refusal: opened.error };
    events.push(...opened.value.events);
    incident = opened.value.state;
  }
  if (incident === null) throw new Error('an incident was declared and is not there');
  const about = { runId, actor, trigger, incident, routes: incident.handling?.routes, exception };
  const asked = gate === undefined ? {} : { gate };
  const prepared = await prepareRun(parts, playbook, { ...about, alert, inputs, at, ...asked });
  if (!prepared.ok) return refused('invalid', `${playbook.name} cannot start: ${prepared.error}`);
  const { governance, ...ready } = prepared.value;
  const started = decideStart(
    {
      runId,
      incident,
      playbook,
      inputs,
      alert,
      actor,
      at,
      env: parts.env,
      trigger,
      ...ready,
    },
    {
      traits: parts.traits,
      mask: parts.mask,
      offer: parts.offer(),
      ...parts.asking,
      ...(governance && { governance }),
    },
  );
  const ended = withEnd(incident, started.state, { at, rules: parts.rules });
  const proposal: IncidentProposal = {
    stream: 'incident',
    incidentId: incident.id,
    before,
    incident: ended.incident,
    events: [...events, ...started.events, ...ended.events],
    runs: [{ state: started.state, playbook }, ...started.opened],
  };
  const failed = await proposeFailedDrill(parts, { events: started.events, run: started.state, at });
  return { outcome: 'proposed', proposals: [proposal, ...failed] };
}
