// The command `role`. Holds no rule.
import { isUserId, userMention } from '../../identity.ts';
import { oneLine } from '../../text.ts';
import { incidentCommand } from '../incident-command.ts';

/** The command. */
export const role = incidentCommand({
  name: 'role',
  usage: 'role ROLE @user',
  about: 'give somebody a role',
  async change({ words: [name, who = ''], caller, incident }, { operations }) {
    const user = /^<@([^|>]+)(?:\|[^>]*)?>$/.exec(who)?.[1] ?? '';
    if (!name || !isUserId(user)) return { outcome: 'usage', text: 'Write it as `role commander @user`.' };
    const result = await operations.assignRole({ ...caller, incidentId: incident.id, role: name, user });
    return { outcome: 'asked', result, did: `made ${userMention(user)} ${oneLine(name, 50)} of #${incident.number}` };
  },
});
