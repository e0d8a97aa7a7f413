// The command `close`. Holds no rule.
import { plain } from '../../text.ts';
import { incidentCommand } from '../incident-command.ts';

/** The command. */
export const close = incidentCommand({
  name: 'close',
  usage: 'close [REASON]',
  about: 'nothing more will happen here',
  async change({ words, caller, incident }, { operations }) {
    const reason = words.join(' ');
    const because = reason === '' ? '' : `: ${plain(reason, 1000)}`;
    const result = await operations.closeIncident({
      ...caller,
      incidentId: incident.id,
      reason: reason || 'closed by hand',
    });
    return { outcome: 'asked', result, did: `closed #${incident.number}${because}` };
  },
});
