// The form that halts. Holds no rule.
import { FormOrigin, fieldValue } from '../../views/form.ts';
import { haltedWords, haltForm, haltReasonField, scopeField } from '../../views/halt-modal.ts';
import { defineForm } from '../surface.ts';
import { faultOf } from '../words.ts';

/** The form. */
export const halt = defineForm({
  name: haltForm,
  about: 'let nothing start, of one playbook or of all',
  right: 'operate',
  origin: FormOrigin,
  async submit({ values, caller }, { operations, command }) {
    const scope = fieldValue(values, scopeField);
    const reason = fieldValue(values, haltReasonField);
    if (scope === null) return { outcome: 'refused', faults: [{ path: scopeField, message: 'Say what.' }] };
    if (reason === null) return { outcome: 'refused', faults: [{ path: haltReasonField, message: 'Say why.' }] };
    const result = await operations.halt({ ...caller, scope, reason });
    return result.ok
      ? { outcome: 'done', text: haltedWords(scope, reason, command) }
      : { outcome: 'refused', faults: [faultOf(result.error)] };
  },
});
