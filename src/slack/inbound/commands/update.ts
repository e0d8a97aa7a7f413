// The command `update`. Holds no rule.
import { parseDuration } from '../../../core/time.ts';
import { lasting, plain } from '../../text.ts';
import { type ChangeIncident, incidentCommand } from '../incident-command.ts';

/** Tells people outside, or puts that off. */
export const giveUpdate: ChangeIncident = async (
  { words, caller, incident },
  { operations, channelMessages, command },
) => {
  const { id: incidentId, number } = incident;
  const [first, second = ''] = words;
  const forMs = first === 'snooze' && words.length === 2 ? parseDuration(second) : null;
  if (forMs !== null) {
    const result = await operations.snoozeUpdates({ ...caller, incidentId, forMs });
    return { outcome: 'asked', result, did: `put the next update of #${number} off for ${lasting(forMs)}` };
  }
  if (first === 'snooze' && words.length < 3)
    return { outcome: 'usage', text: `Write \`${command} update TEXT\`, or \`${command} update snooze 30m\`.` };
  const text = await channelMessages.words(words.join(' '));
  const result = await operations.giveUpdate({ ...caller, incidentId, text });
  return { outcome: 'asked', result, did: `gave an update of #${number}: “${plain(text, 2500)}”` };
};

/** The command. */
export const update = incidentCommand({
  name: 'update',
  usage: 'update [TEXT | snooze 30m]',
  about: 'tell people outside how it stands; or be asked for that later',
  alone: 'update',
  change: giveUpdate,
});
