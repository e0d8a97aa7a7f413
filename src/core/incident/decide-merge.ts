// The rules for merging two incidents. Each half looks at its own incident; that both are recorded or neither is the caller's duty.
import type { Refusal } from '../refusal.ts';
import type { MergeCommand } from './command.ts';
import { addMembers } from './decide-members.ts';
import { type IncidentDraft, refuse } from './draft.ts';
import { refusalToReopen } from './one-per-group.ts';
import type { IncidentState } from './state.ts';

/** Records one half of a merge. */
export function decideMerge(draft: IncidentDraft, command: MergeCommand): Refusal | null {
  return command.type === 'merge_into' ? mergeInto(draft, command.into) : absorb(draft, command.from);
}

const intoItself = refuse('invalid', 'an incident cannot be merged into itself; name another');

function mergeInto(draft: IncidentDraft, { id, number, members }: Pick<IncidentState, 'id' | 'number' | 'members'>) {
  const { state } = draft;
  if (state.id === id) return intoItself;
  if (state.status === 'closed') return refuse('wrong_state', endedAs(state));
  // Who may know of the one that goes on reads in it of this one, and the other way round.
  if (state.members !== undefined && members !== undefined) addMembers(draft, members, 'invited');
  draft.record({ type: 'incident.merged', data: { into: id, intoNumber: number } });
  return null;
}

function absorb(draft: IncidentDraft, from: IncidentState): Refusal | null {
  const { state } = draft;
  if (state.id === from.id) return intoItself;
  if (from.status === 'closed') return refuse('wrong_state', endedAs(from));
  // Its timeline names the other one, and either would tell of it whoever may not know.
  if ((state.members === undefined) !== (from.members === undefined))
    return refuse('wrong_state', 'a private incident is merged with a private one only');
  if (state.status === 'closed')
    return refuse('wrong_state', `incident #${state.number} is closed; reopen it before another is merged into it`);
  // What is not over does not become over by a merge.
  if (state.status === 'resolved' && from.status === 'open') {
    const taken = refusalToReopen(state, draft.context, from.id);
    if (taken) return taken;
    const reason = `incident #${from.number} is merged into it and is not resolved`;
    draft.record({ type: 'incident.reopened', data: { reason } });
  }
  const alerts = Object.entries(from.alerts).map(([fingerprint, alert]) => ({ fingerprint, ...alert }));
  const members = from.members === undefined ? {} : { members: [...from.members] };
  draft.record({ type: 'incident.absorbed', data: { from: from.id, fromNumber: from.number, alerts, ...members } });
  return null;
}

const endedAs = ({ mergedInto }: IncidentState) =>
  mergedInto ? `the incident is merged into #${mergedInto.number} already` : 'the incident is closed already';
