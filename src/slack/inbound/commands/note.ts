// The command `note`. Holds no rule.
import { plain } from '../../text.ts';
import { type ChangeIncident, incidentCommand } from '../incident-command.ts';

/** Writes a note. */
export const writeNote: ChangeIncident = async ({ words, caller, incident }, { operations, channelMessages }) => {
  const text = await channelMessages.words(words.join(' '));
  const result = await operations.note({ ...caller, incidentId: incident.id, text });
  return { outcome: 'asked', result, did: `noted on #${incident.number}: “${plain(text, 2500)}”` };
};

/** The command. */
export const note = incidentCommand({
  name: 'note',
  usage: 'note [TEXT]',
  about: 'write into the timeline',
  alone: 'note',
  change: writeNote,
});
