// The command `invite`: lets somebody know of a private incident, and into its channel. Holds no rule.
import { userMention } from '../../identity.ts';
import { oneLine } from '../../text.ts';
import { type ChangeIncident, incidentCommand } from '../incident-command.ts';
import { membersNamed } from '../words.ts';

/** Invites people or roles. */
export const inviteMembers: ChangeIncident = async ({ words, caller, incident }, { operations }) => {
  const members = membersNamed(words);
  if (members === null) return { outcome: 'usage', text: 'Write it as `invite @user`, or `invite @role`.' };
  const result = await operations.addMembers({ ...caller, incidentId: incident.id, members });
  const who = members.map((name) => (name.startsWith('@') ? oneLine(name, 80) : userMention(name))).join(', ');
  return { outcome: 'asked', result, did: `let ${who} know of #${incident.number}` };
};

/** The command. */
export const invite = incidentCommand({
  name: 'invite',
  usage: 'invite [@user ...]',
  about: 'let somebody know of a private incident',
  alone: 'invite',
  change: inviteMembers,
});
