// What needs a person, what burns and what automation does: the three columns of the start page. Pure.
import type { ApiListedApproval } from '../../contract/approval.ts';
import type { ApiIncident } from '../../contract/incident.ts';
import type { ApiRun } from '../../contract/run.ts';
import { bySeverity } from './incidents.ts';

/** Something that a person is needed for; `since` when. */
export type Need =
  | { readonly type: 'approval'; readonly since: string; readonly listed: ApiListedApproval }
  | { readonly type: 'decision' | 'paused'; readonly since: string; readonly run: ApiRun };

/** What waits for people, longest first; what whoever looks may decide stands before what others must. */
export function needsOf(approvals: readonly ApiListedApproval[], runs: readonly ApiRun[]): readonly Need[] {
  const asked: readonly Need[] = approvals.map((listed) => ({
    type: 'approval',
    since: listed.approval.requestedAt,
    listed,
  }));
  const stuck = runs.flatMap((run): Need[] => {
    const decision = run.waitingFor.find(({ kind }) => kind === 'decision');
    if (decision) return [{ type: 'decision', since: decision.since, run }];
    const paused = run.waitingFor.find(({ kind }) => kind === 'paused');
    return run.paused ? [{ type: 'paused', since: paused?.since ?? run.updatedAt, run }] : [];
  });
  const isOthers = (need: Need) =>
    Number(need.type === 'approval' && (need.listed.refusal ?? need.listed.excluded) !== null);
  return [...asked, ...stuck].sort((a, b) => isOthers(a) - isOthers(b) || Date.parse(a.since) - Date.parse(b.since));
}

/** An open incident with what automation does about it. */
export type Burning = { readonly incident: ApiIncident; readonly runs: readonly ApiRun[] };

const isFailed = ({ status }: ApiRun) => status === 'failed' || status === 'compensation_failed';

/** The open incidents, the worst and oldest first. `recent`: runs of which those that failed are shown as well. */
export function burningOf(
  incidents: readonly ApiIncident[],
  live: readonly ApiRun[],
  recent: readonly ApiRun[],
): readonly Burning[] {
  const runs = [...live, ...recent.filter(isFailed)];
  return incidents
    .filter(({ status, mergedInto }) => status === 'open' && mergedInto === null)
    .toSorted(bySeverity)
    .map((incident) => ({ incident, runs: runs.filter(({ incidentId }) => incidentId === incident.id) }));
}

/** What a run does right now, in a few words. */
export function doingText({ steps, waitingFor, status, paused, finishedAt, reason }: ApiRun): string {
  if (finishedAt !== null) return reason ?? 'over';
  const [first] = waitingFor.filter(({ kind }) => kind !== 'overdue');
  const name = (step: string | null) => steps.find((one) => one.step === step)?.name ?? step ?? '';
  if (paused) return 'Paused: nothing new starts';
  if (first === undefined) return status === 'queued' ? 'Queued' : 'At work';
  switch (first.kind) {
    case 'approval':
      return `Waits for ${first.who.join(', ') || 'an approval'}: ${name(first.step)}`;
    case 'decision':
      return `Needs a decision: ${name(first.step)}`;
    case 'worker':
      return `${name(first.step)} is running`;
    case 'retry':
      return `${name(first.step)} is tried again soon`;
    case 'run':
      return `${name(first.step)}: another run is at it`;
    default:
      return first.what.replace(/\.$/, '');
  }
}

/** What a run waits for as a sentence of its own: the server names it within one. */
export function needText(what: string): string {
  const text = what.replace(/^an? (decision|approval): /, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
