// The command `sev`. Holds no rule.
import { severityText } from '../../views/incident-card.ts';
import { incidentCommand } from '../incident-command.ts';

/** The command. */
export const sev = incidentCommand({
  name: 'sev',
  usage: 'sev 1..4',
  about: 'change the severity',
  async change({ words: [level = ''], caller, incident }, { operations }) {
    if (!/^[1-4]$/.test(level)) return { outcome: 'usage', text: 'Say 1, 2, 3 or 4.' };
    const severity = Number(level);
    const result = await operations.setSeverity({ ...caller, incidentId: incident.id, severity });
    return { outcome: 'asked', result, did: `made #${incident.number} a ${severityText(severity)}` };
  },
});
