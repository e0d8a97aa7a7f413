// The command `sev`. Holds no rule.
import { plain } from '../../text.ts';
import { severityText } from '../../views/incident-card.ts';
import { type ChangeIncident, incidentCommand } from '../incident-command.ts';

/** Changes the severity. */
export const changeSeverity: ChangeIncident = async ({ words, caller, incident }, { operations, channelMessages }) => {
  const [level = '', ...rest] = words;
  if (!/^[1-4]$/.test(level)) return { outcome: 'usage', text: 'Say 1, 2, 3 or 4; 1 is the worst.' };
  const severity = Number(level);
  const reason = await channelMessages.words(rest.join(' '));
  const given = reason === '' ? {} : { reason };
  const result = await operations.setSeverity({ ...caller, incidentId: incident.id, severity, ...given });
  const because = reason === '' ? '' : `: ${plain(reason, 1000)}`;
  return { outcome: 'asked', result, did: `made #${incident.number} a ${severityText(severity)}${because}` };
};

/** The command. */
export const sev = incidentCommand({
  name: 'sev',
  usage: 'sev [1..4] [REASON]',
  about: 'change the severity',
  alone: 'sev',
  change: changeSeverity,
});
