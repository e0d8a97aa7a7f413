// The form that asks a question about a request. Holds no rule.
import { AttendOrigin, questionField, questionForm } from '../../views/approval-menu.ts';
import { fieldValue } from '../../views/form.ts';
import { defineForm } from '../surface.ts';
import { faultOf } from '../words.ts';

/** The form. */
export const questionApproval = defineForm({
  name: questionForm,
  about: 'ask for more information before a decision',
  right: 'attend',
  origin: AttendOrigin,
  async submit({ origin, values, caller }, { operations }) {
    const { approvalId } = origin;
    const question = fieldValue(values, questionField) ?? '';
    const result = await operations.attendApproval({ ...caller, approvalId, order: 'question', question });
    return result.ok
      ? { outcome: 'done', text: 'Asked, in the thread of the request. It stays open.' }
      : { outcome: 'refused', faults: [faultOf(result.error)] };
  },
});
