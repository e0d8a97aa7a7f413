// The command `note`. Holds no rule.
import { plain } from '../../text.ts';
import { incidentCommand } from '../incident-command.ts';

/** The command. */
export const note = incidentCommand({
  name: 'note',
  usage: 'note TEXT',
  about: 'write into the timeline',
  async change({ words, caller, incident }, { operations, channelMessages }) {
    if (words.length === 0) return { outcome: 'usage', text: 'Write the note behind the command.' };
    const text = await channelMessages.words(words.join(' '));
    const result = await operations.note({ ...caller, incidentId: incident.id, text });
    return { outcome: 'asked', result, did: `noted on #${incident.number}: “${plain(text, 2500)}”` };
  },
});
