// The menu of a request: deny with a reason, ask, hand on, refresh the plan, remind. Holds no rule.
import { readMove } from '../../views/approval-menu.ts';
import { askDecision } from '../ask-decision.ts';
import { attendAtOnce, openAttendForm } from '../attend-approval.ts';
import { defineButton } from '../surface.ts';
import { unknownButton } from '../words.ts';

/** The menu. */
export const approvalMore = defineButton({
  name: 'approval_more',
  about: 'deny with a reason, ask, hand on, refresh or remind',
  // To deny is asked about as such.
  right: 'attend',
  opensForm: true,
  async press({ value, caller, channelId, triggerId }, context) {
    const chosen = readMove(value);
    if (!chosen) return unknownButton;
    const { move, approvalId } = chosen;
    const asked = { approvalId, caller, channelId, triggerId };
    switch (move) {
      case 'deny':
        return askDecision({ ...asked, decision: 'deny', incident: null }, context);
      case 'question':
      case 'reassign':
        return openAttendForm({ ...asked, move }, context);
      case 'refresh':
      case 'remind':
        return attendAtOnce({ ...asked, move }, context);
    }
  },
});
