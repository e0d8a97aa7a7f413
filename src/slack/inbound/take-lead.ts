// Somebody takes the lead: the command and the button lead here. Holds no rule.
import type { Caller } from '../../core/authority/principal.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import { leadOf, leadRole } from '../../core/incident/state.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, type Result } from '../../core/result.ts';
import type { Operations } from '../../ports/operations.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { isUserId, userMention } from '../identity.ts';

/** What came of it, and what whoever asked did, as a sentence about `You`. */
type Taken = { readonly result: Result<IncidentState, Refusal>; readonly did: string };

/** Makes whoever asks the lead; whoever had it hands it over. */
export async function takeLead(
  { caller, incident }: { readonly caller: Caller; readonly incident: IncidentRow },
  { operations }: { readonly operations: Pick<Operations, 'assignRole'> },
): Promise<Taken> {
  const user = caller.principal.type === 'person' ? caller.principal.id : '';
  const before = leadOf(incident);
  const of = `#${incident.number}`;
  if (!isUserId(user))
    return { result: err({ code: 'invalid', message: 'only somebody with a Slack user can lead' }), did: '' };
  if (before === user) return { result: err({ code: 'wrong_state', message: `you lead ${of} already` }), did: '' };
  const result = await operations.assignRole({ ...caller, incidentId: incident.id, role: leadRole, user });
  return {
    result,
    did: before === null ? `took the lead of ${of}` : `took the lead of ${of} over from ${userMention(before)}`,
  };
}
