// The command `reopen`. Holds no rule.
import { plain } from '../../text.ts';
import { incidentCommand } from '../incident-command.ts';

/** The command. */
export const reopen = incidentCommand({
  name: 'reopen',
  usage: 'reopen [REASON]',
  about: 'the incident is not over',
  async change({ words, caller, incident }, { operations }) {
    const reason = words.join(' ');
    const because = reason === '' ? '' : `: ${plain(reason, 1000)}`;
    const result = await operations.reopenIncident({
      ...caller,
      incidentId: incident.id,
      reason: reason || 'reopened by hand',
    });
    return { outcome: 'asked', result, did: `reopened #${incident.number}${because}` };
  },
});
