// Under which names somebody is a member of a private incident: a person may be one by a Slack user, by a key under `people:`, and by a role
// that was brought into the channel. Looks up; decides nothing.
import type { LoadedIncident } from '../../ports/ledger.ts';
import type { IncidentParts } from './propose.ts';

/** What is to be taken out so that these people are no members any more; a role that somebody belongs to stays, unless it is named itself. */
export async function namesToRemove(
  { store, directory }: Pick<IncidentParts, 'store' | 'directory'>,
  { incidentId, members: asked }: { readonly incidentId: string; readonly members: readonly string[] },
): Promise<readonly string[]> {
  const loaded: LoadedIncident | null = await store.loadIncident(incidentId);
  const members = loaded?.incident.members ?? [];
  const users = await directory().members(asked);
  const others = await Promise.all(
    members.map(async (name) => {
      if (name.startsWith('@')) return [];
      const behind = await directory().members([name]);
      return behind.length > 0 && behind.every((user) => users.includes(user)) ? [name] : [];
    }),
  );
  return [...new Set([...asked, ...users, ...others.flat()])];
}
