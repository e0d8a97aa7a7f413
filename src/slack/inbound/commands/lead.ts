// The command `lead`. Holds no rule.
import { incidentCommand } from '../incident-command.ts';
import { takeLead } from '../take-lead.ts';

/** The command. */
export const lead = incidentCommand({
  name: 'lead',
  usage: 'lead',
  about: 'take the lead yourself; `role lead @user` hands it over',
  change: ({ caller, incident }, context) => takeLead({ caller, incident }, context),
});
