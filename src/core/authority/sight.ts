// The one answer to "may this principal know of that incident?". Pure, closed by default; every surface asks it through the guards of
// the read side and of the pipeline.
import type { IncidentState } from '../incident/state.ts';
import type { RunState } from '../run/state.ts';
import { eligible } from '../run/who-decides.ts';
import { actorOf, type Principal } from './principal.ts';

/** One question. */
export type SightQuestion = {
  readonly viewer: Principal;
  readonly incident: Pick<IncidentState, 'members'>;
  /** Those of `namesThatSee` that the viewer belongs to at this moment. */
  readonly belongsTo: readonly string[];
};

/** Names whose membership lets somebody know of a private incident: its members, and whoever its runs have asked for an approval. */
export function namesThatSee(
  { members = [] }: Pick<IncidentState, 'members'>,
  runs: readonly Pick<RunState, 'approvals'>[],
): readonly string[] {
  const asked = runs
    .flatMap(({ approvals }) => Object.values(approvals))
    .flatMap((approval) => [...approval.rule.from, ...eligible(approval)])
    // A rule that asks everybody tells nobody in particular.
    .filter((name) => name !== 'everyone');
  return [...new Set([...members, ...asked])];
}

/** True for those who need not be looked up: the incident is not private, or Firebreak itself or the owner of its machine asks. */
export const seesWithoutAsking = ({ viewer, incident }: Omit<SightQuestion, 'belongsTo'>): boolean =>
  incident.members === undefined || viewer.type === 'system' || viewer.type === 'local';

/** Whether somebody may know that an incident exists. No right stands in for it, not even `administer`. */
export function maySee(question: SightQuestion): boolean {
  if (seesWithoutAsking(question)) return true;
  return question.viewer.type !== 'sender' && question.belongsTo.length > 0;
}

/** The name by which somebody is a member who acts: the Slack user, so that leaving the channel ends it; else the person, or the proof. */
export function memberName(principal: Principal): string {
  const { id, person } = actorOf(principal);
  return principal.type === 'person' && !id.startsWith('oidc:') ? id : (person ?? id);
}
