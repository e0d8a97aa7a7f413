// Break-glass: somebody who holds `bypass` lets a step go on without those who would have to agree. What it skips is recorded with it; the
// passkey that the rule demands is not skipped. Who may do so is the pipeline's question. Pure.

import type { Actor } from '../events.ts';
import type { Refusal } from '../refusal.ts';
import { saysWhy } from '../says-why.ts';
import type { StepUp } from '../step-up/assertion.ts';
import { needsStepUp } from '../step-up/needs-step-up.ts';
import { grant, notOpen, otherPlan, tie } from './decide-approval.ts';
import { type RunDraft, refuse } from './draft.ts';
import { findApproval } from './state.ts';
import { ruleNames, stillMissing } from './who-decides.ts';

/** Somebody breaks the glass over one exact plan. */
export type BreakGlass = {
  readonly type: 'bypass';
  readonly approvalId: string;
  readonly planDigest?: string | undefined;
  readonly reason: string;
  /** Names that gave the actor the right to. */
  readonly as: readonly string[];
  /** The assertion that came with it. */
  readonly stepUp?: StepUp | undefined;
};

/** Grants a request against its rule, with a reason; or says why not. */
export function breakGlass(draft: RunDraft, command: BreakGlass, actor: Actor): Refusal | null {
  const approval = findApproval(draft.state, command.approvalId);
  if (!approval) return refuse('not_found', `there is no approval ${command.approvalId}`);
  const reason = command.reason.trim();
  if (!saysWhy(reason)) return refuse('invalid', 'say why the glass is broken: those who are bypassed will read it');
  const refusal = notOpen(approval, draft.at) ?? otherPlan(approval, command.planDigest);
  if (refusal) return refusal;
  const bypassed = ruleNames(approval);
  const { stepUp } = command;
  // It stands for all of them, so that no role's demand is got round; a session that was stolen has no passkey.
  const as = [...bypassed, ...command.as];
  const unproven = needsStepUp(draft, approval, { as, stepUp, act: 'break the glass' }, actor);
  if (unproven) return unproven;
  const { planDigest } = approval;
  const missing = stillMissing(approval, { people: draft.people ?? {} });
  const proof = stepUp === undefined ? {} : { stepUp };
  const data = { ...tie(draft, approval), planDigest, reason, bypassed: [...bypassed], missing: [...missing] };
  draft.record({ type: 'approval.bypassed', data: { ...data, ...proof } }, actor);
  const approvers = [...approval.approvals.map((given) => given.actor.id), actor.id];
  grant(draft, approval, { approvers: [...new Set(approvers)], actor });
  return null;
}
