// The command `role`. Holds no rule.
import { isUserId, userMention } from '../../identity.ts';
import { oneLine } from '../../text.ts';
import { type ChangeIncident, incidentCommand } from '../incident-command.ts';
import { mentionedUser } from '../words.ts';

/** Gives somebody a role. */
export const giveRole: ChangeIncident = async ({ words: [name, who = ''], caller, incident }, { operations }) => {
  const user = mentionedUser(who) ?? '';
  if (!name || !isUserId(user)) return { outcome: 'usage', text: 'Write it as `role lead @user`.' };
  const result = await operations.assignRole({ ...caller, incidentId: incident.id, role: name, user });
  return { outcome: 'asked', result, did: `made ${userMention(user)} ${oneLine(name, 50)} of #${incident.number}` };
};

/** The command. */
export const role = incidentCommand({
  name: 'role',
  usage: 'role [ROLE @user]',
  about: 'give somebody a role',
  alone: 'role',
  change: giveRole,
});
