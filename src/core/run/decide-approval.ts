// The rules for a human decision about one exact plan. The one path behind every button, route and command. Pure.
import { helps, isMet } from '../approval/threshold.ts';
import { areOnePerson } from '../authority/distinct.ts';
import type { Actor } from '../events.ts';
import type { Refusal } from '../refusal.ts';
import type { StepUp } from '../step-up/assertion.ts';
import { needsStepUp } from '../step-up/needs-step-up.ts';
import { addMs } from '../time.ts';
import { type RunDraft, recordFailure, refuse } from './draft.ts';
import { type ExclusionQuestion, whyExcluded } from './excluded.ts';
import { type Approval, findApproval } from './state.ts';
import { countOf, eligible, gatesLeft, ruleNames, stillMissing } from './who-decides.ts';

/** A decision somebody has made. */
export type ApprovalDecision = {
  readonly decision: 'approve' | 'deny';
  readonly approvalId: string;
  readonly as: readonly string[];
  readonly planDigest?: string | undefined;
  readonly reason?: string | undefined;
  /** The assertion that came with it. */
  readonly stepUp?: StepUp | undefined;
};

/** What ties an event to a request. */
export const tie = (draft: RunDraft, { id, step }: Approval) => ({
  runId: draft.state.runId,
  step,
  approvalId: id,
});

/** Records a decision, or says why it does not count. */
export function decideApproval(draft: RunDraft, command: ApprovalDecision, actor: Actor): Refusal | null {
  const approval = findApproval(draft.state, command.approvalId);
  if (!approval) return refuse('not_found', `there is no approval ${command.approvalId}`);
  const refusal = notOpen(approval, draft.at) ?? notAllowed(draft, approval, command, actor);
  if (refusal) return refusal;
  const node = tie(draft, approval);
  const because = command.reason === undefined ? {} : { reason: command.reason };
  if (command.decision === 'deny') {
    draft.record({ type: 'approval.denied', data: { ...node, ...because } }, actor);
    const message = `denied by ${actor.name ?? actor.id}${command.reason ? `: ${command.reason}` : ''}`;
    const error = { class: 'denied' as const, code: 'approval_denied', message };
    recordFailure(draft, node.step, 0, error, 0);
    return null;
  }
  const unproven = needsStepUp(draft, approval, command, actor);
  if (unproven) return unproven;
  const proof = command.stepUp === undefined ? {} : { stepUp: command.stepUp };
  draft.record({ type: 'approval.recorded', data: { ...node, as: [...command.as], ...because, ...proof } }, actor);
  grantIfMet(draft, approval.id, actor);
  return null;
}

/** Grants a request whose rule is met: enough different people, and a yes of every check. */
export function grantIfMet(draft: RunDraft, approvalId: string, actor?: Actor): void {
  const approval = findApproval(draft.state, approvalId);
  if (approval?.status !== 'open') return;
  // Counted anew: two who were taken for two when they approved may be linked to one person since.
  if (!isMet(countOf(approval, draft.people ?? {})) || gatesLeft(approval).length > 0) return;
  grant(draft, approval, { approvers: approval.approvals.map(({ actor: { id } }) => id), actor });
}

/** Opens the way for the step, for as long as a request stands. */
export function grant(
  draft: RunDraft,
  approval: Approval,
  { approvers, actor }: { readonly approvers: readonly string[]; readonly actor: Actor | undefined },
): void {
  const { planDigest, rule } = approval;
  const validUntil = addMs(draft.at, rule.expiresInMs);
  const data = { ...tie(draft, approval), planDigest, approvers: [...approvers], validUntil };
  draft.record({ type: 'approval.granted', data }, actor);
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

/** The refusal of what was decided about another plan than the one that stands. */
export const otherPlan = ({ planDigest }: Approval, shown: string | undefined): Refusal | null =>
  shown === undefined || shown === planDigest
    ? null
    : refuse('plan_changed', 'the plan you were shown is not the plan that stands now; look again and decide anew');

function notAllowed(draft: RunDraft, approval: Approval, command: ApprovalDecision, actor: Actor): Refusal | null {
  const names = eligible(approval);
  const belongs = (wanted: readonly string[]) => command.as.some((name) => wanted.includes(name));
  if (!belongs(names) || !belongs(ruleNames(approval)))
    return refuse('not_allowed', `only ${names.join(', ')} may decide this`);
  const excluded = command.decision === 'approve' ? whyExcluded(exclusionOf(draft, approval, actor)) : null;
  if (excluded !== null) return refuse('not_allowed', excluded);
  const changed = otherPlan(approval, command.planDigest);
  if (changed) return changed;
  if (command.decision === 'deny') return null;
  const { people = {} } = draft;
  const missing = () => stillMissing(approval, { people }).join(', and ');
  if (approval.approvals.some((given) => areOnePerson(given.actor, actor, people)))
    return refuse('already_decided', `you have approved already; still missing: ${missing()}`);
  if (!helps(countOf(approval, people), { actor, as: command.as }))
    return refuse('not_allowed', `your approval would not bring it nearer; still missing: ${missing()}`);
  return null;
}

/** The question whether somebody may not approve, as a draft knows it. */
export const exclusionOf = (
  { state, people = {}, selfApproval }: Pick<RunDraft, 'state' | 'people' | 'selfApproval'>,
  approval: Approval,
  actor: Actor,
): ExclusionQuestion => ({ run: state, approval, actor, people, selfApproval });
