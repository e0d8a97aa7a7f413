// The form that declares an incident. Holds no rule.
import { declareForm, severityField, titleField, usualSeverity } from '../../views/declare-modal.ts';
import { fieldValue } from '../../views/form.ts';
import { defineForm } from '../surface.ts';
import { faultOf } from '../words.ts';

/** The form. */
export const declare = defineForm({
  name: declareForm,
  about: 'open an incident by hand',
  right: 'respond',
  async submit({ values, caller }, { operations }) {
    const title = fieldValue(values, titleField);
    if (title === null) return { outcome: 'refused', faults: [{ path: titleField, message: 'Say what is wrong.' }] };
    const chosen = fieldValue(values, severityField) ?? '';
    const severity = /^[1-4]$/.test(chosen) ? Number(chosen) : usualSeverity;
    const result = await operations.declare({ ...caller, title, severity });
    return result.ok
      ? { outcome: 'done', text: `You opened #${result.value.number}; its channel is on the way.` }
      : { outcome: 'refused', faults: [faultOf(result.error)] };
  },
});
