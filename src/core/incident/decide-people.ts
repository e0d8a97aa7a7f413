// The rules for what people do with an incident: acknowledge, note, severity, roles, resolve, reopen, close. Their
// words and updates stand in decide-life.ts.
import { areOnePerson } from '../authority/distinct.ts';
import type { Refusal } from '../refusal.ts';
import { assertNever } from '../result.ts';
import { withoutReason } from '../says-why.ts';
import type { PeopleCommand } from './command.ts';
import { keepMessage, mitigate, snoozeUpdates } from './decide-life.ts';
import { addMembers, removeMembers } from './decide-members.ts';
import { type IncidentDraft, refuse } from './draft.ts';
import { refusalToReopen } from './one-per-group.ts';
import { refusalToWork } from './refusal-to-work.ts';
import { type IncidentState, isLeadRole } from './state.ts';

type MustSayWhy = Extract<PeopleCommand, { type: 'resolve' | 'reopen' | 'close' }>;
const mustSayWhy = (command: PeopleCommand): command is MustSayWhy =>
  command.type === 'resolve' || command.type === 'reopen' || command.type === 'close';

/** Records what follows; a refusal if the incident is not in the state for it. What is so already changes nothing. */
export function decidePeople(draft: IncidentDraft, command: PeopleCommand): Refusal | null {
  const { state } = draft;
  const unsaid = mustSayWhy(command) ? withoutReason(command) : null;
  if (unsaid) return unsaid;
  switch (command.type) {
    case 'acknowledge':
      return acknowledge(draft, command.reason);
    case 'note':
      draft.record({ type: 'note.added', data: { text: command.text } });
      return null;
    case 'set_severity':
      return setSeverity(draft, command.severity, command.reason);
    case 'assign_role':
      return assignRole(draft, command);
    case 'keep_message':
      return keepMessage(draft, command);
    case 'add_members':
      return addMembers(draft, command.members, 'invited');
    case 'remove_members':
      return removeMembers(draft, command.members, 'removed');
    case 'give_update':
      return giveUpdate(draft, command.text);
    case 'snooze_updates':
      return snoozeUpdates(draft, command.forMs);
    case 'mitigate':
      return mitigate(draft, command.reason);
    case 'resolve':
      if (state.status !== 'open') return already(state);
      draft.record({ type: 'incident.resolved', data: { reason: command.reason } });
      return null;
    case 'reopen':
      return reopen(draft, command.reason);
    case 'close':
      if (state.status === 'closed') return already(state);
      draft.record({ type: 'incident.closed', data: { reason: command.reason } });
      return null;
    default:
      return assertNever(command);
  }
}

/** Gives a role to somebody; whoever had it hands it over. Whoever leads has one role, whatever it was called first. */
function assignRole(draft: IncidentDraft, asked: Extract<PeopleCommand, { type: 'assign_role' }>): Refusal | null {
  const refusal = refusalToWork(draft.state);
  if (refusal) return refusal;
  const { roles } = draft.state;
  const role = (isLeadRole(asked.role) ? Object.keys(roles).find(isLeadRole) : undefined) ?? asked.role;
  const from = Object.hasOwn(roles, role) ? roles[role] : undefined;
  const { user } = asked;
  if (from === user) return null;
  if (asked.expected !== undefined && (from ?? null) !== asked.expected)
    return refuse('conflict', from === undefined ? `nobody is ${role} any more` : `${from} is ${role} by now`);
  draft.record({ type: 'role.assigned', data: from === undefined ? { role, user } : { role, user, from } });
  return null;
}

/** Tells others how it stands. What is closed stands still: what is found out afterwards is a note, or of the postmortem. */
function giveUpdate(draft: IncidentDraft, text: string): Refusal | null {
  const refusal = refusalToWork(draft.state);
  if (refusal === null) draft.record({ type: 'update.given', data: { text } });
  return refusal;
}

/** The refusal of what would have to be done earlier. */
const already = ({ status }: IncidentState) => refuse('wrong_state', `the incident is ${status} already`);

/** Somebody else may acknowledge it too: then it is theirs. */
function acknowledge(draft: IncidentDraft, reason: string | undefined): Refusal | null {
  const { state, context } = draft;
  if (state.status !== 'open') return already(state);
  const { acknowledgedBy } = state;
  const { people = {} } = context.rules;
  if (acknowledgedBy && areOnePerson(acknowledgedBy, context.actor, people) && !renews(draft)) return null;
  draft.record({ type: 'incident.acknowledged', data: reason === undefined ? {} : { reason } });
  return null;
}

/** True if acknowledging it once more makes the acknowledgement hold longer. */
const renews = ({ state, context }: IncidentDraft): boolean =>
  context.rules.acknowledgeForMs !== null && context.at > (state.acknowledgedAt ?? '');

function setSeverity(draft: IncidentDraft, to: number, reason: string | undefined): Refusal | null {
  const from = draft.state.severity;
  if (from === to) return refuse('wrong_state', `the severity is ${to} already`);
  draft.record({ type: 'severity.changed', data: reason === undefined ? { from, to } : { from, to, reason } });
  return null;
}

function reopen(draft: IncidentDraft, reason: string): Refusal | null {
  const { status, mergedInto } = draft.state;
  if (status === 'open') return already(draft.state);
  if (mergedInto)
    return refuse('wrong_state', `the incident is merged into #${mergedInto.number}; reopen that one instead`);
  const taken = refusalToReopen(draft.state, draft.context);
  if (taken) return taken;
  draft.record({ type: 'incident.reopened', data: { reason } });
  return null;
}
