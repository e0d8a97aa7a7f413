// The command `deny`: shows the plan, and asks. Holds no rule.
import { askDecision } from '../ask-decision.ts';
import { defineCommand } from '../surface.ts';

/** The command. */
export const deny = defineCommand({
  name: 'deny',
  usage: 'deny [APPROVAL]',
  about: 'look at what a run wants to do, and deny it',
  group: 'Approvals',
  right: 'approve',
  where: 'anywhere',
  opensForm: true,
  run: (call, context) => askDecision({ ...call, decision: 'deny', approvalId: call.words[0] ?? null }, context),
});
