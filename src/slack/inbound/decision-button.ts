// A button of a request that opens the form of a decision. Holds no rule.

import type { YesOrNo } from '../views/decision-modal.ts';
import { readDecisionValue } from '../views/decision-value.ts';
import { askDecision } from './ask-decision.ts';
import { type ButtonHandler, defineButton } from './surface.ts';
import { unknownButton } from './words.ts';

/** Makes it; what the button carries says which request is meant. */
export const decisionButton = (decision: YesOrNo, says: Pick<ButtonHandler, 'name' | 'about'>): ButtonHandler =>
  defineButton({
    name: says.name,
    about: says.about,
    right: 'approve',
    opensForm: true,
    async press({ value, caller, channelId, triggerId }, context) {
      const decided = readDecisionValue(value);
      if (!decided) return unknownButton;
      const { approvalId } = decided;
      return askDecision({ decision, approvalId, caller, channelId, triggerId, incident: null }, context);
    },
  });
