// The button Acknowledge of an incident: whoever presses it is on it. Holds no rule.
import { isId } from '../../../core/ids.ts';
import { defineButton } from '../surface.ts';
import { refused, unknownButton } from '../words.ts';

/** The button. */
export const incidentAcknowledge = defineButton({
  name: 'incident_acknowledge',
  about: 'say that you are on an incident',
  right: 'respond',
  async press({ value, caller }, { operations }) {
    if (typeof value !== 'string' || !isId('inc', value)) return unknownButton;
    const result = await operations.acknowledge({ ...caller, incidentId: value });
    return result.ok ? `You acknowledged #${result.value.number}.` : refused(result.error);
  },
});
