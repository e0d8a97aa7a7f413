// The button Take lead of an incident: whoever presses it leads, unless somebody does. Holds no rule.
import { isId } from '../../../core/ids.ts';
import { leadOf } from '../../../core/incident/state.ts';
import { userMention } from '../../identity.ts';
import { changeIncident } from '../incident-command.ts';
import { defineButton } from '../surface.ts';
import { takeLead } from '../take-lead.ts';
import { unknownButton } from '../words.ts';

/** The button. */
export const incidentLead = defineButton({
  name: 'incident_lead',
  about: 'take the lead of an incident',
  right: 'respond',
  async press({ value, caller, channelId }, context) {
    const incident = typeof value === 'string' && isId('inc', value) ? await context.reads.incident(value) : null;
    if (!incident) return unknownButton;
    const { principal } = caller;
    const lead = leadOf(incident);
    // The message may be older than the hand-over: to take it from somebody is no slip of a finger.
    if (lead !== null && (principal.type !== 'person' || lead !== principal.id))
      return `Not done: ${userMention(lead)} leads #${incident.number}. \`${context.command} lead\` takes it over.`;
    const call = { words: [], caller, channelId, incident };
    const done = await changeIncident(() => takeLead({ caller, incident }, context), call, context);
    return done.ok ? done.value : done.error;
  },
});
