// The button Close of an incident that is resolved. Holds no rule.
import { isId } from '../../../core/ids.ts';
import { defineButton } from '../surface.ts';
import { refused, unknownButton } from '../words.ts';

/** The button. */
export const incidentClose = defineButton({
  name: 'incident_close',
  about: 'nothing more will happen in an incident',
  right: 'respond',
  async press({ value, caller }, { operations }) {
    if (typeof value !== 'string' || !isId('inc', value)) return unknownButton;
    const result = await operations.closeIncident({ ...caller, incidentId: value, reason: 'closed by hand' });
    return result.ok ? `You closed #${result.value.number}.` : refused(result.error);
  },
});
