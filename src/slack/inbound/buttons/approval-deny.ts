// The button Deny of a request: a form asks why, which may be left out. Holds no rule.
import { readDecisionValue } from '../../views/decision-value.ts';
import { askDecision } from '../ask-decision.ts';
import { defineButton } from '../surface.ts';
import { unknownButton } from '../words.ts';

/** The button. */
export const approvalDeny = defineButton({
  name: 'approval_deny',
  about: 'deny the plan of the message',
  right: 'approve',
  opensForm: true,
  async press({ value, caller, channelId, triggerId }, context) {
    const decided = readDecisionValue(value);
    if (!decided) return unknownButton;
    const { approvalId } = decided;
    return askDecision({ decision: 'deny', approvalId, caller, channelId, triggerId, incident: null }, context);
  },
});
