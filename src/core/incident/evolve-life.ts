// How facts about people's work on an incident lead to its state. Pure and total, as the rest of the fold.
import { oweFiles } from '../evidence/owed.ts';
import { sha256 } from '../json.ts';
import { assertNever } from '../result.ts';
import { lifeEvents } from './life-events.ts';
import { type IncidentFact, type IncidentState, isLeadRole, type KeptMessage, keptKey } from './state.ts';

type LifeType = (typeof lifeEvents)[number]['shape']['type']['value'];
type LifeFact = Extract<IncidentFact, { type: LifeType }>;

const lifeTypes: ReadonlySet<string> = new Set(lifeEvents.map((schema) => schema.shape.type.value));

/** True for facts about people's work, by their type alone. */
export const isLifeFact = (event: IncidentFact): event is LifeFact => lifeTypes.has(event.type);

/** What tells apart whether a message was edited: the begin of its text's digest. */
export const textDigest = (text: string): string => sha256(text).slice(0, 16);

/** Folds one of them. */
export function evolveLife(state: IncidentState, event: LifeFact): IncidentState {
  switch (event.type) {
    case 'chat.kept':
      return oweFiles(keep(state, keptKey(event.data), { digest: textDigest(event.data.text) }), {
        key: keptKey(event.data),
        files: event.data.files,
        at: event.at,
      });
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

function keep(state: IncidentState, key: string, message: KeptMessage): IncidentState {
  return { ...state, kept: { ...state.kept, [key]: message } };
}

function assign(state: IncidentState, { data, at }: Extract<LifeFact, { type: 'role.assigned' }>): IncidentState {
  const { role, user, from } = data;
  const { vacantAt, ...rest } = state;
  const stillVacant = vacantAt !== undefined && !isLeadRole(role) ? { vacantAt } : {};
  const handedOver = from === undefined ? {} : { handedOver: { role, from, to: user, at } };
  return { ...rest, ...stillVacant, roles: { ...state.roles, [role]: user }, ...handedOver };
}

/** It does harm again, and its channel is needed again. */
export function unmitigated(state: IncidentState): IncidentState {
  if (state.mitigatedAt === undefined && state.channelRetiredAt === undefined) return state;
  const { mitigatedAt: _since, channelRetiredAt: _retired, ...rest } = state;
  return rest;
}
