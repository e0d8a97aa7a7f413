// The form that asks which of several requests is meant: shows its plan. Holds no rule.
import { approvalField, ChooseApprovalOrigin, chooseApprovalForm } from '../../views/decision-modal.ts';
import { fieldValue } from '../../views/form.ts';
import { decisionFormFor, notCounted } from '../ask-decision.ts';
import { defineForm } from '../surface.ts';

/** The form. */
export const chooseApproval = defineForm({
  name: chooseApprovalForm,
  about: 'say which request to decide',
  right: 'approve',
  origin: ChooseApprovalOrigin,
  async submit({ origin, values, caller }, context) {
    const { decision, channelId } = origin;
    const approvalId = fieldValue(values, approvalField) ?? '';
    const form = await decisionFormFor({ approvalId, decision, channelId, principal: caller.principal }, context);
    return form.ok
      ? { outcome: 'next', view: form.value }
      : { outcome: 'refused', faults: [{ path: '', message: notCounted(form.error) }] };
  },
});
