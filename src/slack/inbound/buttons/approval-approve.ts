// The button Approve of a request: decides at once; a plan that a message has no room for is shown first. Holds no rule.
import { readDecisionValue } from '../../views/decision-value.ts';
import { approveAtOnce } from '../ask-decision.ts';
import { defineButton } from '../surface.ts';
import { unknownButton } from '../words.ts';

/** The button. */
export const approvalApprove = defineButton({
  name: 'approval_approve',
  about: 'approve the plan of the message',
  right: 'approve',
  async press(click, context) {
    const decided = readDecisionValue(click.value);
    return decided ? approveAtOnce({ ...decided, click }, context) : unknownButton;
  },
});
