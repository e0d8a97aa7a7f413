// A hand-over that has an end: once it is over those of the rule are asked again. Pure.
import { tie } from './decide-approval.ts';
import type { RunDraft } from './draft.ts';
import { findApproval } from './state.ts';

/** Records that a hand-over has ended, if it has. */
export function lapseDelegation(draft: RunDraft, approvalId: string): void {
  const approval = findApproval(draft.state, approvalId);
  if (approval?.status !== 'open' || approval.assignedUntil === undefined || draft.at < approval.assignedUntil) return;
  const reason = 'the hand-over has ended';
  draft.record({ type: 'approval.reassigned', data: { ...tie(draft, approval), to: [...approval.rule.from], reason } });
}
