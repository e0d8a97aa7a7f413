// The button Take lead of an incident's card: whoever presses it leads. Holds no rule.
import { actorOf } from '../../../core/authority/principal.ts';
import { isId } from '../../../core/ids.ts';
import { isUserId, person, userMention } from '../../identity.ts';
import { leadOf, leadRole } from '../../views/incident-card.ts';
import { defineButton } from '../surface.ts';
import { refused, unknownButton } from '../words.ts';

/** The button. */
export const incidentLead = defineButton({
  name: 'incident_lead',
  about: 'take the lead of an incident',
  right: 'respond',
  async press({ value, caller }, { operations, reads, tellThread }) {
    if (typeof value !== 'string' || !isId('inc', value)) return unknownButton;
    const incident = await reads.incident(value);
    if (!incident) return unknownButton;
    const { principal, cause } = caller;
    const user = principal.type === 'person' ? principal.id : '';
    if (!isUserId(user)) return unknownButton;
    const lead = leadOf(incident);
    // The card may be older than the hand-over.
    if (lead === user) return `You lead #${incident.number} already.`;
    if (lead !== null) return `Not done: ${userMention(lead)} leads #${incident.number} already.`;
    const result = await operations.assignRole({ ...caller, incidentId: incident.id, role: leadRole, user });
    if (!result.ok) return refused(result.error);
    tellThread(incident, { cause, text: `${person(actorOf(principal))} leads #${incident.number}.` });
    return `You lead #${incident.number} now.`;
  },
});
