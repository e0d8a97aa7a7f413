// The button Deny of a request: decides at once; a reason is given from the menu. Holds no rule.
import { readDecisionValue } from '../../views/decision-value.ts';
import { decideAtOnce } from '../ask-decision.ts';
import { defineButton } from '../surface.ts';
import { unknownButton } from '../words.ts';

/** The button. */
export const approvalDeny = defineButton({
  name: 'approval_deny',
  about: 'deny the plan of the message',
  right: 'approve',
  async press(click, context) {
    const decided = readDecisionValue(click.value);
    return decided ? decideAtOnce({ ...decided, decision: 'deny', click }, context) : unknownButton;
  },
});
