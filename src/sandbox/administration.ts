// What the administrators of a workspace do while it runs: people go and come back, groups change, somebody is taken out of a channel.
import type { Administration } from './types.ts';
import type { Workspace } from './workspace.ts';

/** Their hands on this workspace. Misuse (no such person, group, channel) throws. */
export function createAdministration(workspace: Workspace): Administration {
  const { users, groups, channels, touch } = workspace;
  const personOf = (id: string) => {
    const user = users.get(id);
    if (!user || user.isBot) throw new Error(`there is no person ${id}`);
    return user;
  };
  return {
    setActive(id, isActive) {
      personOf(id).deleted = !isActive;
      // A deactivated person is in no channel any more, and is not brought back into them; groups keep the name.
      if (!isActive) for (const { kind, members } of channels.values()) if (kind !== 'im') members.delete(id);
      touch();
    },
    setGroup(id, members) {
      const group = groups.get(id);
      if (!group) throw new Error(`there is no group ${id}`);
      groups.set(id, { ...group, users: members.map((member) => personOf(member).id) });
      touch();
    },
    removeFromChannel(channelId, user) {
      const channel = channels.get(channelId);
      if (!channel) throw new Error(`there is no channel ${channelId}`);
      workspace.leave(channel, user);
    },
  };
}
