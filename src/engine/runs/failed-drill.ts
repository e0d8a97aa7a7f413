// The incident that a failed drill opens, in the commit that records the failure: something real to mend, so it is marked as no exercise.
import type { Recorded } from '../../core/events.ts';
import { systemActor } from '../../core/events.ts';
import { formatId } from '../../core/ids.ts';
import { decideIncident } from '../../core/incident/decide.ts';
import type { IncidentRules } from '../../core/incident/rules.ts';
import { sha256 } from '../../core/primitives.ts';
import type { RunState } from '../../core/run/state.ts';
import type { Correlation } from '../../ports/intake.ts';
import type { IncidentProposal } from '../proposal.ts';

/** What it needs. */
type FailedDrillParts = {
  readonly correlation: Pick<Correlation, 'nextIncidentNumber'>;
  readonly rules: IncidentRules;
};

/** Nobody is hurt yet: what is broken is broken in an exercise. */
const severity = 4;

/** What opens the incident if these events say that a drill failed; else nothing. A drill fails once, and so it opens one. */
export async function proposeFailedDrill(
  { correlation, rules }: FailedDrillParts,
  given: { readonly events: readonly Recorded[]; readonly run: RunState; readonly at: string },
): Promise<readonly IncidentProposal[]> {
  const { events, run, at } = given;
  const failed = events.find((event) => event.type === 'drill.failed');
  if (failed?.type !== 'drill.failed') return [];
  const { playbook, runId, incident: drilled } = run;
  const incidentId = formatId('inc', Date.parse(at), Buffer.from(sha256(`failed drill ${runId}`), 'hex'));
  const context = { at, actor: systemActor, rules, openInGroup: null };
  const title = cut(`Drill of ${playbook.name} failed: ${failed.data.reason}`);
  const number = await correlation.nextIncidentNumber();
  const opened = decideIncident(null, { type: 'declare', incidentId, number, title, severity }, context);
  if (!opened.ok || opened.value.state === null) throw new Error('the incident of a failed drill could not be opened');
  const text = `Run ${runId} of ${playbook.name} ${playbook.version}, a drill in incident #${drilled.number}: ${failed.data.reason}`;
  const noted = decideIncident(opened.value.state, { type: 'note', text }, context);
  if (!noted.ok || noted.value.state === null) throw new Error('the incident of a failed drill could not be noted in');
  const all = [...opened.value.events, ...noted.value.events];
  return [{ stream: 'incident', incidentId, before: null, incident: noted.value.state, events: all, runs: [] }];
}

/** The length that titles have at most. */
const titleLength = 300;
const cut = (text: string) => (text.length <= titleLength ? text : `${text.slice(0, titleLength - 1).toWellFormed()}…`);
