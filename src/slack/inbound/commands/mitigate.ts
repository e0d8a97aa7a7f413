// The command `mitigate`. Holds no rule.
import { plain } from '../../text.ts';
import { incidentCommand } from '../incident-command.ts';

/** The command. */
export const mitigate = incidentCommand({
  name: 'mitigate',
  usage: 'mitigate [REASON]',
  about: 'it does no more harm, and is not over',
  async change({ words, caller, incident }, { operations, channelMessages }) {
    const reason = await channelMessages.words(words.join(' '));
    const because = reason === '' ? '' : `: ${plain(reason, 1000)}`;
    const given = reason === '' ? {} : { reason };
    const result = await operations.mitigate({ ...caller, incidentId: incident.id, ...given });
    return { outcome: 'asked', result, did: `mitigated #${incident.number}${because}` };
  },
});
