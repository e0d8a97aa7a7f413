// The command `split`. Holds no rule.
import { incidentCommand } from '../incident-command.ts';

/** The command. */
export const split = incidentCommand({
  name: 'split',
  usage: 'split FINGERPRINT [FINGERPRINT ...]',
  about: 'take alerts out of this incident that are another problem; they go on in one of their own',
  async change({ words, caller, incident }, { operations, command }) {
    if (words.length === 0)
      return {
        outcome: 'usage',
        text: `Say which alerts leave: \`${command} split FINGERPRINT\`; the incident card has them.`,
      };
    const result = await operations.split({ ...caller, incidentId: incident.id, fingerprints: words });
    return { outcome: 'asked', result, did: `took ${words.length} alert(s) out of #${incident.number}` };
  },
});
