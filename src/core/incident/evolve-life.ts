// How facts about people's work on an incident lead to its state. Pure and total, as the rest of the fold.
import { sha256 } from '../json.ts';
import { assertNever } from '../result.ts';
import { lifeEvents } from './life-events.ts';
import { type IncidentFact, type IncidentState, isLeadRole, type KeptMessage, keptKey } from './state.ts';

type LifeType = (typeof lifeEvents)[number]['shape']['type']['value'];
type LifeFact = Extract<IncidentFact, { type: LifeType }>;
type Left = Extract<LifeFact, { type: 'members.left' }>['data'];

const lifeTypes: ReadonlySet<string> = new Set(lifeEvents.map((schema) => schema.shape.type.value));

/** True for facts about people's work, by their type alone. */
export const isLifeFact = (event: IncidentFact): event is LifeFact => lifeTypes.has(event.type);

/** What tells apart whether a message was edited: the begin of its text's digest. */
export const textDigest = (text: string): string => sha256(text).slice(0, 16);

/** Folds one of them. */
export function evolveLife(state: IncidentState, event: LifeFact): IncidentState {
  switch (event.type) {
    case 'chat.kept':
      return keep(state, keptKey(event.data), { digest: textDigest(event.data.text) });
    case 'chat.edited': {
      const { editedAt, text } = event.data;
      const key = keptKey(event.data);
      return keep(state, key, { ...state.kept?.[key], digest: textDigest(text), editedAt });
    }
    case 'chat.deleted': {
      const key = keptKey(event.data);
      return keep(state, key, { digest: '', ...state.kept?.[key], deleted: true });
    }
    case 'role.assigned':
      return assign(state, event);
    case 'members.joined':
      return joined(state, event.data.members);
    case 'members.left':
      return left(state, event.data);
    case 'role.vacant':
      return { ...state, vacantAt: event.at };
    case 'update.given': {
      const { updateDueAt: _due, updatesSnoozedUntil: _until, ...rest } = state;
      return { ...rest, update: { text: event.data.text, by: event.actor, at: event.at } };
    }
    case 'update.due':
      return { ...state, updateDueAt: event.at };
    case 'update.snoozed': {
      const { updateDueAt: _, ...rest } = state;
      return { ...rest, updatesSnoozedUntil: event.data.until };
    }
    case 'incident.mitigated':
      return { ...state, mitigatedAt: event.at };
    case 'channel.retired':
      return { ...state, channelRetiredAt: event.at };
    case 'timeline.exported':
      return state;
    default:
      return assertNever(event);
  }
}

/** They may know of it too, where it is private. */
export function joined(state: IncidentState, names: readonly string[]): IncidentState {
  const { members, removed = [], ...rest } = state;
  if (members === undefined || names.every((name) => members.includes(name))) return state;
  return withRemoved(
    { ...rest, members: [...new Set([...members, ...names])] },
    removed.filter((name) => !names.includes(name)),
  );
}

function left(state: IncidentState, { members: names, how }: Left): IncidentState {
  const { members, removed = [], ...rest } = state;
  if (members === undefined) return state;
  const others = { ...rest, members: members.filter((member) => !names.includes(member)) };
  return withRemoved(others, how === 'removed' ? [...new Set([...removed, ...names])] : removed);
}

const withRemoved = (state: IncidentState, removed: readonly string[]): IncidentState =>
  removed.length === 0 ? state : { ...state, removed };

function keep(state: IncidentState, key: string, message: KeptMessage): IncidentState {
  return { ...state, kept: { ...state.kept, [key]: message } };
}

function assign(state: IncidentState, { data, at }: Extract<LifeFact, { type: 'role.assigned' }>): IncidentState {
  const { role, user, from } = data;
  const { vacantAt, ...rest } = state;
  const stillVacant = vacantAt !== undefined && !isLeadRole(role) ? { vacantAt } : {};
  const handedOver = from === undefined ? {} : { handedOver: { role, from, to: user, at } };
  return joined({ ...rest, ...stillVacant, roles: { ...state.roles, [role]: user }, ...handedOver }, [user]);
}

/** It does harm again, and its channel is needed again. */
export function unmitigated(state: IncidentState): IncidentState {
  if (state.mitigatedAt === undefined && state.channelRetiredAt === undefined) return state;
  const { mitigatedAt: _since, channelRetiredAt: _retired, ...rest } = state;
  return rest;
}
