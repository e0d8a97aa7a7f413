// The command `resolve`. Holds no rule.
import { plain } from '../../text.ts';
import { incidentCommand } from '../incident-command.ts';

/** The command. */
export const resolve = incidentCommand({
  name: 'resolve',
  usage: 'resolve [REASON]',
  about: 'the incident is over',
  async change({ words, caller, incident }, { operations }) {
    const reason = words.join(' ');
    const because = reason === '' ? '' : `: ${plain(reason, 1000)}`;
    const result = await operations.resolveIncident({
      ...caller,
      incidentId: incident.id,
      reason: reason || 'resolved by hand',
    });
    return { outcome: 'asked', result, did: `resolved #${incident.number}${because}` };
  },
});
