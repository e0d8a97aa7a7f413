// The button Approve of a request: decides at once, on the plan beside it. Holds no rule.
import { decidedWords } from '../../views/decision-modal.ts';
import { readDecisionValue } from '../../views/decision-value.ts';
import { notCounted } from '../ask-decision.ts';
import { defineButton } from '../surface.ts';
import { unknownButton } from '../words.ts';

/** The button. */
export const approvalApprove = defineButton({
  name: 'approval_approve',
  about: 'approve the plan of the message',
  right: 'approve',
  async press({ value, caller }, { operations }) {
    const decided = readDecisionValue(value);
    if (!decided) return unknownButton;
    const { approvalId, planDigest } = decided;
    const result = await operations.decideApproval({ ...caller, approvalId, planDigest, decision: 'approve' });
    return result.ok ? decidedWords(result.value.approval) : notCounted(result.error);
  },
});
