// The command `break-glass`: shows the plan and asks for the reason. Holds no rule, and breaks nothing by a line alone.
import { askBreakGlass } from '../ask-break-glass.ts';
import { defineCommand } from '../surface.ts';

/** The command. */
export const breakGlass = defineCommand({
  name: 'break-glass',
  usage: 'break-glass [APPROVAL]',
  about: 'let a step go on without those who would have to approve it; they are told, and a review is owed',
  group: 'Approvals',
  right: 'bypass',
  where: 'anywhere',
  opensForm: true,
  run: (call, context) => askBreakGlass({ ...call, approvalId: call.words[0] ?? null }, context),
});
