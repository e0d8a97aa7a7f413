// Who belongs to which role, asked of Slack at the moment it matters. Decides nothing.
import type { WebClient } from '@slack/web-api';
import type { Actor } from '../core/events.ts';
import type { Directory, Log } from '../ports.ts';
import { isUserId, roleOf } from './identity.ts';
import type { Roles } from './settings.ts';
import { troubleOf } from './slack-error.ts';

/** The directory; without Slack only the users named in the configuration count. */
export function createDirectory(roles: Roles, client: WebClient | null, log: Log): Directory {
  async function groupMembers(group: string): Promise<readonly string[]> {
    if (!client) return [];
    try {
      return (await client.usergroups.users.list({ usergroup: group })).users ?? [];
    } catch (error) {
      // Nobody is let in because Slack does not answer.
      log.warn({ group, error: troubleOf(error).message }, 'the members of a Slack user group could not be read');
      return [];
    }
  }

  async function membersOf(name: string): Promise<readonly string[]> {
    if (isUserId(name)) return [name];
    const role = roleOf(name, roles);
    if (!role) return [];
    const groups = await Promise.all(role.groups.map(groupMembers));
    return [...new Set([...role.users, ...groups.flat()])];
  }

  /** Bots and deactivated people decide nothing, whatever list they still stand in. */
  async function isActive(user: string): Promise<boolean> {
    if (!client) return true;
    try {
      const { user: found } = await client.users.info({ user });
      return found !== undefined && found.deleted !== true && found.is_bot !== true;
    } catch {
      return false;
    }
  }

  return {
    async belongsTo(actor: Actor, names) {
      if (actor.kind !== 'user') return [];
      const belongs = await Promise.all(names.map(async (name) => (await membersOf(name)).includes(actor.id)));
      const own = names.filter((_, i) => belongs[i]);
      return own.length > 0 && (await isActive(actor.id)) ? own : [];
    },
    async members(names) {
      return [...new Set((await Promise.all(names.map(membersOf))).flat())];
    },
  };
}
