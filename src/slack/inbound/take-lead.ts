// Somebody takes the lead: the command and the button lead here. Holds no rule.
import type { Caller } from '../../core/authority/principal.ts';
import { leadOf, leadRole } from '../../core/incident/state.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { isUserId, userMention } from '../identity.ts';
import type { IncidentDone } from './incident-command.ts';
import type { InboundContext } from './surface.ts';

/** Makes whoever asks the lead; whoever had it when that was asked hands it over. Of two who ask at once the second is told who leads. */
export async function takeLead(
  { caller, incident }: { readonly caller: Caller; readonly incident: IncidentRow },
  { operations, reads }: Pick<InboundContext, 'operations' | 'reads'>,
): Promise<IncidentDone> {
  const user = caller.principal.type === 'person' ? caller.principal.id : '';
  const before = leadOf(incident);
  const of = `#${incident.number}`;
  if (!isUserId(user)) return { outcome: 'usage', text: 'Not done: only somebody with a Slack user can lead.' };
  if (before === user) return { outcome: 'usage', text: `Not done: you lead ${of} already.` };
  const asked = { ...caller, incidentId: incident.id, role: leadRole, user, expected: before };
  const result = await operations.assignRole(asked);
  if (!result.ok && result.error.code === 'conflict') {
    const now = await reads.incident(incident.id);
    const lead = now && leadOf(now);
    const who = lead ? `${userMention(lead)} leads ${of} by now` : `nobody leads ${of} by now`;
    return { outcome: 'usage', text: `Not done: ${who}, somebody was faster.` };
  }
  const from = before === null ? '' : ` over from ${userMention(before)}`;
  return { outcome: 'asked', result, did: `took the lead of ${of}${from}` };
}
