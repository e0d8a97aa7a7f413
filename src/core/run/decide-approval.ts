// The rules for a human decision about one exact plan. The one path behind every button, route and command. Pure.
import { areOnePerson, countPeople } from '../authority/distinct.ts';
import type { Actor } from '../events.ts';
import type { Refusal } from '../refusal.ts';
import { addMs } from '../time.ts';
import { type RunDraft, recordFailure, refuse } from './draft.ts';
import { type Approval, findApproval } from './state.ts';

/** A decision somebody has made. */
export type ApprovalDecision = {
  readonly decision: 'approve' | 'deny';
  readonly approvalId: string;
  readonly as: readonly string[];
  readonly planDigest?: string | undefined;
  readonly reason?: string | undefined;
};

/** The names whose members may decide now. */
export function eligible({ rule, escalated, assigned = rule.from }: Approval): readonly string[] {
  return escalated ? [...new Set([...assigned, ...rule.escalate])] : assigned;
}

/** All names that the playbook lets decide, at whatever time. */
export const ruleNames = ({ rule }: Approval): readonly string[] => [...new Set([...rule.from, ...rule.escalate])];

/** The names to be looked somebody up under who decides: a person who was asked by name must still belong to the rule. */
export const namesToDecide = (approval: Approval): readonly string[] => [
  ...new Set([...eligible(approval), ...ruleNames(approval)]),
];

/** Records a decision, or says why it does not count. */
export function decideApproval(draft: RunDraft, command: ApprovalDecision, actor: Actor): Refusal | null {
  const approval = findApproval(draft.state, command.approvalId);
  if (!approval) return refuse('not_found', `there is no approval ${command.approvalId}`);
  const refusal = notOpen(approval, draft.at) ?? notAllowed(draft, approval, command, actor);
  if (refusal) return refusal;
  const node = { runId: draft.state.runId, step: approval.step, approvalId: approval.id };
  const because = command.reason === undefined ? {} : { reason: command.reason };
  if (command.decision === 'deny') {
    draft.record({ type: 'approval.denied', data: { ...node, ...because } }, actor);
    const message = `denied by ${actor.name ?? actor.id}${command.reason ? `: ${command.reason}` : ''}`;
    const error = { class: 'denied' as const, code: 'approval_denied', message };
    recordFailure(draft, node.step, 0, error, 0);
    return null;
  }
  const approvers = [...approval.approvals.map(({ actor: { id } }) => id), actor.id];
  draft.record({ type: 'approval.recorded', data: { ...node, as: [...command.as], ...because } }, actor);
  // Counted anew: two who were taken for two when they approved may be linked to one person since.
  const different = countPeople([...approval.approvals.map((given) => given.actor), actor], draft.people ?? {});
  if (different < approval.rule.quorum) return null;
  const validUntil = addMs(draft.at, approval.rule.expiresInMs);
  draft.record(
    { type: 'approval.granted', data: { ...node, planDigest: approval.planDigest, approvers, validUntil } },
    actor,
  );
  return null;
}

/** Why a request cannot be answered any more; null: it is open. */
export function notOpen(approval: Approval, at: string): Refusal | null {
  const who = approval.decidedBy?.name ?? approval.decidedBy?.id ?? 'somebody';
  switch (approval.status) {
    case 'granted':
      return refuse('already_decided', `already approved by ${who} at ${approval.decidedAt}`);
    case 'denied':
      return refuse('already_decided', `already denied by ${who} at ${approval.decidedAt}`);
    case 'expired':
      return refuse('expired', `this request expired at ${approval.expiresAt}; retry the step to ask again`);
    case 'voided':
      return refuse('voided', `this request no longer stands: ${approval.reason}`);
    case 'open':
      return at < approval.expiresAt
        ? null
        : refuse('expired', `this request expired at ${approval.expiresAt}; retry the step to ask again`);
  }
}

function notAllowed(draft: RunDraft, approval: Approval, command: ApprovalDecision, actor: Actor): Refusal | null {
  const names = eligible(approval);
  const belongs = (wanted: readonly string[]) => command.as.some((name) => wanted.includes(name));
  if (!belongs(names) || !belongs(ruleNames(approval)))
    return refuse('not_allowed', `only ${names.join(', ')} may decide this`);
  if (command.decision === 'approve' && excludesRequester(draft, approval) && isRequester(draft, actor))
    return refuse('not_allowed', 'whoever started the run may not approve its steps; ask somebody else');
  if (command.decision === 'approve' && isExcludedAuthor(draft, actor))
    return refuse(
      'not_allowed',
      'whoever registered this version of the playbook may not approve its steps; ask somebody else',
    );
  if (command.planDigest !== undefined && command.planDigest !== approval.planDigest)
    return refuse(
      'plan_changed',
      'the plan you were shown is not the plan that stands now; look again and decide anew',
    );
  if (
    command.decision === 'approve' &&
    approval.approvals.some((given) => areOnePerson(given.actor, actor, draft.people ?? {}))
  )
    return refuse('already_decided', `you have approved already; ${approval.rule.quorum} different people are needed`);
  return null;
}

/** Whether who started the run may not approve: the rule or the configuration says so, and neither loosens the other. */
export const excludesRequester = (
  { selfApproval }: Pick<RunDraft, 'selfApproval'>,
  { rule }: Pick<Approval, 'rule'>,
): boolean => rule.excludeRequester || selfApproval === 'never';

/** Whether somebody answers for the version that the run is pinned to, and the configuration does not let authors approve. */
export const isExcludedAuthor = (
  { state, people = {}, authorsApprove = false }: Pick<RunDraft, 'state' | 'people' | 'authorsApprove'>,
  actor: Actor,
): boolean => !authorsApprove && state.author !== undefined && areOnePerson(actor, state.author, people);

/** Whether somebody is who started the run. */
export const isRequester = ({ state, people = {} }: Pick<RunDraft, 'state' | 'people'>, actor: Actor): boolean =>
  areOnePerson(actor, state.requestedBy, people);
