// The command `ack`. Holds no rule.
import { incidentCommand } from '../incident-command.ts';

/** The command. */
export const ack = incidentCommand({
  name: 'ack',
  usage: 'ack',
  about: 'say that you are on it',
  async change({ caller, incident }, { operations }) {
    const result = await operations.acknowledge({ ...caller, incidentId: incident.id });
    return { outcome: 'asked', result, did: `acknowledged #${incident.number}` };
  },
});
