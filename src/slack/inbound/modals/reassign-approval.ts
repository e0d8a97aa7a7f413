// The form that hands a request on. Holds no rule.
import { AttendOrigin, reassignForm, toField, whyField } from '../../views/approval-menu.ts';
import { namesAsked } from '../../views/approval-words.ts';
import { fieldValue } from '../../views/form.ts';
import { defineForm } from '../surface.ts';
import { faultOf, mentionedUser } from '../words.ts';

/** The form. */
export const reassignApproval = defineForm({
  name: reassignForm,
  about: 'ask others whom the playbook lets decide',
  right: 'attend',
  origin: AttendOrigin,
  async submit({ origin, values, caller }, { operations }) {
    const { approvalId } = origin;
    const typed = fieldValue(values, toField);
    if (typed === null) return { outcome: 'refused', faults: [{ path: toField, message: 'Say whom to ask.' }] };
    const to = mentionedUser(typed) ?? typed;
    const reason = fieldValue(values, whyField) ?? undefined;
    const result = await operations.attendApproval({ ...caller, approvalId, order: 'reassign', to, reason });
    return result.ok
      ? {
          outcome: 'done',
          text: `Asked now, in a message of their own: ${namesAsked(result.value.approval).join(', ')}.`,
        }
      : { outcome: 'refused', faults: [faultOf(result.error)] };
  },
});
