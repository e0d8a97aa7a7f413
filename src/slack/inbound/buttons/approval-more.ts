// The menu of a request: ask, hand on, refresh the plan, remind. Holds no rule.
import { readMove } from '../../views/approval-menu.ts';
import { attendAtOnce, openAttendForm } from '../attend-approval.ts';
import { defineButton } from '../surface.ts';
import { unknownButton } from '../words.ts';

/** The menu. */
export const approvalMore = defineButton({
  name: 'approval_more',
  about: 'ask, hand on, refresh or remind',
  right: 'attend',
  opensForm: true,
  async press({ value, caller, channelId, triggerId }, context) {
    const chosen = readMove(value);
    if (!chosen) return unknownButton;
    const { move, approvalId } = chosen;
    const asked = { approvalId, caller, channelId, triggerId };
    switch (move) {
      case 'question':
      case 'reassign':
        return openAttendForm({ ...asked, move }, context);
      case 'refresh':
      case 'remind':
        return attendAtOnce({ ...asked, move }, context);
    }
  },
});
