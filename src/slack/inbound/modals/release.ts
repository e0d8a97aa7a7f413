// The form that releases. Holds no rule.
import { fieldValue } from '../../views/form.ts';
import { ReleaseOrigin, releasedWords, releaseForm, scopeField } from '../../views/halt-modal.ts';
import { defineForm } from '../surface.ts';
import { faultOf } from '../words.ts';

/** The form. */
export const release = defineForm({
  name: releaseForm,
  about: 'lift a halt',
  right: 'operate',
  origin: ReleaseOrigin,
  async submit({ origin, values, caller }, { operations }) {
    const scope = origin.scope ?? fieldValue(values, scopeField);
    if (scope === null) return { outcome: 'refused', faults: [{ path: scopeField, message: 'Say what.' }] };
    const result = await operations.release({ ...caller, scope });
    return result.ok
      ? { outcome: 'done', text: releasedWords(scope) }
      : { outcome: 'refused', faults: [faultOf(result.error)] };
  },
});
