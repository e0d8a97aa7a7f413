// The button that shows exactly what runs, in a form that approves. Holds no rule.
import { readDecisionValue } from '../../views/decision-value.ts';
import { askDecision } from '../ask-decision.ts';
import { defineButton } from '../surface.ts';
import { unknownButton } from '../words.ts';

/** The button. */
export const approvalReview = defineButton({
  name: 'approval_review',
  about: 'show exactly what runs, and approve it with a reason',
  right: 'approve',
  opensForm: true,
  async press({ value, caller, channelId, triggerId }, context) {
    const decided = readDecisionValue(value);
    if (!decided) return unknownButton;
    const { approvalId } = decided;
    return askDecision({ decision: 'approve', approvalId, caller, channelId, triggerId, incident: null }, context);
  },
});
