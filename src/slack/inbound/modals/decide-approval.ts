// The form that decides: on the plan that it showed. Holds no rule.
import { DecisionOrigin, decisionForm, reasonField } from '../../views/decision-modal.ts';
import { fieldValue } from '../../views/form.ts';
import { decided, notCounted } from '../ask-decision.ts';
import { defineForm } from '../surface.ts';

/** The form. */
export const decideApproval = defineForm({
  name: decisionForm,
  about: 'approve or deny the plan of the form',
  right: 'approve',
  origin: DecisionOrigin,
  async submit({ origin, values, caller }, context) {
    const { approvalId, planDigest, decision } = origin;
    const reason = fieldValue(values, reasonField);
    const result = await context.operations.decideApproval({
      ...caller,
      approvalId,
      planDigest,
      decision,
      ...(reason === null ? {} : { reason }),
    });
    return result.ok
      ? { outcome: 'done', text: decided(result.value, context) }
      : { outcome: 'refused', faults: [{ path: '', message: notCounted(result.error) }] };
  },
});
