// The button that puts an update for people outside off. Holds no rule.
import { isId } from '../../../core/ids.ts';
import { lasting } from '../../text.ts';
import { snoozeMs } from '../../views/life-messages.ts';
import { defineButton } from '../surface.ts';
import { refused, unknownButton } from '../words.ts';

/** The button. */
export const incidentSnooze = defineButton({
  name: 'incident_snooze',
  about: 'be asked for the next update later',
  right: 'respond',
  async press({ value, caller }, { operations, reads }) {
    const [id = '', askedAt = ''] = typeof value === 'string' ? value.split('|') : [];
    const incident = isId('inc', id) ? await reads.incident(id) : null;
    if (!incident) return unknownButton;
    // Of a message that was answered, or put off, already.
    if (incident.updateDueAt !== askedAt) return `No update of #${incident.number} is asked for here any more.`;
    const result = await operations.snoozeUpdates({ ...caller, incidentId: id, forMs: snoozeMs });
    return result.ok
      ? `The next update of #${incident.number} is asked for in ${lasting(snoozeMs)}.`
      : refused(result.error);
  },
});
