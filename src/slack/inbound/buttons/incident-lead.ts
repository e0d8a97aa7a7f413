// The button Take lead of an incident: whoever presses it leads, unless somebody does. Holds no rule.
import { actorOf } from '../../../core/authority/principal.ts';
import { isId } from '../../../core/ids.ts';
import { leadOf } from '../../../core/incident/state.ts';
import { person, userMention } from '../../identity.ts';
import { defineButton } from '../surface.ts';
import { takeLead } from '../take-lead.ts';
import { refused, unknownButton } from '../words.ts';

/** The button. */
export const incidentLead = defineButton({
  name: 'incident_lead',
  about: 'take the lead of an incident',
  right: 'respond',
  async press({ value, caller }, context) {
    const incident = typeof value === 'string' && isId('inc', value) ? await context.reads.incident(value) : null;
    if (!incident) return unknownButton;
    const { principal, cause } = caller;
    const lead = leadOf(incident);
    // The message may be older than the hand-over: to take it from somebody is no slip of a finger.
    if (lead !== null && (principal.type !== 'person' || lead !== principal.id))
      return `Not done: ${userMention(lead)} leads #${incident.number}. \`${context.command} lead\` takes it over.`;
    const { result, did } = await takeLead({ caller, incident }, context);
    if (!result.ok) return refused(result.error);
    context.tellThread(incident, { cause, text: `${person(actorOf(principal))} ${did}.` });
    return `You ${did}.`;
  },
});
