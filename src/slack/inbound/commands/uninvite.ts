// The command `uninvite`: takes somebody out of a private incident and its channel. Holds no rule.
import { userMention } from '../../identity.ts';
import { oneLine } from '../../text.ts';
import { type ChangeIncident, incidentCommand } from '../incident-command.ts';
import { membersNamed } from '../words.ts';

/** Takes people or roles out. */
export const uninviteMembers: ChangeIncident = async ({ words, caller, incident }, { operations }) => {
  const members = membersNamed(words);
  if (members === null) return { outcome: 'usage', text: 'Write it as `uninvite @user`, or `uninvite @role`.' };
  const result = await operations.removeMembers({ ...caller, incidentId: incident.id, members });
  const who = members.map((name) => (name.startsWith('@') ? oneLine(name, 80) : userMention(name))).join(', ');
  return { outcome: 'asked', result, did: `took ${who} out of #${incident.number}` };
};

/** The command. */
export const uninvite = incidentCommand({
  name: 'uninvite',
  usage: 'uninvite [@user ...]',
  about: 'let somebody know of a private incident no more',
  alone: 'uninvite',
  change: uninviteMembers,
});
