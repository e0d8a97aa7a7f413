// The incident of the channel that somebody acts in. Slack lets nobody act in a private channel who is not in it: so whoever does so there is
// a member, also where Slack's word of the joining was lost. Holds no rule.
import { type Caller, systemPrincipal } from '../../core/authority/principal.ts';
import { memberName } from '../../core/authority/sight.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import type { ListenerContext } from './surface.ts';

/** The incident whose channel it is; null: there is none, or whoever acts was taken out of it. */
export async function incidentHere(
  { caller: { principal, cause }, channelId }: { readonly caller: Caller; readonly channelId: string },
  { readsFor, operations }: Pick<ListenerContext, 'readsFor' | 'operations'>,
): Promise<IncidentRow | null> {
  const seen = await readsFor(principal).incidentByChannel(channelId);
  if (seen) return seen;
  const there = await readsFor(systemPrincipal).incidentByChannel(channelId);
  const member = memberName(principal);
  if (!there || there.removed?.includes(member)) return null;
  const joined = { type: 'record_joined' as const, members: [member] };
  await operations.record({ principal: systemPrincipal, cause, incidentId: there.id, command: joined });
  return readsFor(principal).incidentByChannel(channelId);
}
