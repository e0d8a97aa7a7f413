// The command `approve`: shows the plan, and asks. Holds no rule.
import { askDecision } from '../ask-decision.ts';
import { defineCommand } from '../surface.ts';

/** The command. */
export const approve = defineCommand({
  name: 'approve',
  usage: 'approve [APPROVAL]',
  about: 'look at what a run wants to do, and approve it',
  group: 'Approvals',
  right: 'approve',
  where: 'anywhere',
  opensForm: true,
  run: (call, context) => askDecision({ ...call, decision: 'approve', approvalId: call.words[0] ?? null }, context),
});
