// The form that breaks the glass over the plan that it showed. Holds no rule.
import { BreakGlassOrigin, breakGlassForm, breakReasonField } from '../../views/break-glass-modal.ts';
import { fieldValue } from '../../views/form.ts';
import { defineForm } from '../surface.ts';
import { faultOf } from '../words.ts';

/** The form. */
export const breakGlass = defineForm({
  name: breakGlassForm,
  about: 'let the plan of the form go on without those who would have to approve it',
  right: 'bypass',
  origin: BreakGlassOrigin,
  async submit({ origin, values, caller }, { operations }) {
    const { approvalId, planDigest } = origin;
    const reason = fieldValue(values, breakReasonField) ?? '';
    const result = await operations.breakGlass({ ...caller, approvalId, planDigest, reason });
    return result.ok
      ? { outcome: 'done', text: 'Glass broken: it goes on. Those who were bypassed are told, and a review is owed.' }
      : { outcome: 'refused', faults: [faultOf(result.error)] };
  },
});
