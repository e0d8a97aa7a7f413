// How the events of the system stream lead to its state. Pure and total; asks no rule, so that every stream ever written folds.
import { assertNever } from '../result.ts';
import { evolvePasskeys, isPasskeyEvent } from '../step-up/passkey.ts';
import { evolveMutes, isMuteEvent, noMutes } from './mutes.ts';
import { evolveSchedules, isScheduleEvent } from './schedules.ts';
import { evolveSlos, isSloEvent } from './slos.ts';
import { type SystemFact, type SystemState, tokenOf } from './state.ts';
import { evolveTrust, isTrustEvent } from './trust.ts';

/** Folds one event into the state. */
export function evolveSystem(state: SystemState, event: SystemFact): SystemState {
  if (isMuteEvent(event)) return { ...state, mutes: evolveMutes(state.mutes ?? noMutes, event) };
  if (isScheduleEvent(event)) return { ...state, schedules: evolveSchedules(state.schedules ?? {}, event) };
  if (isSloEvent(event)) return { ...state, slos: evolveSlos(state.slos ?? {}, event) };
  if (isPasskeyEvent(event)) return { ...state, passkeys: evolvePasskeys(state.passkeys ?? {}, event) };
  if (isTrustEvent(event)) return { ...state, trust: evolveTrust(state.trust ?? {}, event) };
  switch (event.type) {
    case 'switch.engaged': {
      const { scope, reason, earlier } = event.data;
      const { by, at } = earlier ?? { by: event.actor, at: event.at };
      return { ...state, switches: { ...state.switches, [scope]: { scope, by, reason, at } } };
    }
    case 'switch.released':
      return { ...state, switches: without(state.switches, event.data.scope) };
    case 'token.created': {
      const { name, rights, expiresAt, owner, hash } = event.data;
      const token = {
        name,
        rights,
        expiresAt,
        owner: owner ?? null,
        hash,
        createdBy: event.actor,
        createdAt: event.at,
        revoked: null,
      };
      return { ...state, tokens: { ...state.tokens, [name]: token } };
    }
    case 'token.revoked': {
      const { name, reason } = event.data;
      const token = tokenOf(state, name);
      if (!token) return state;
      const revoked = { by: event.actor, at: event.at, reason: reason ?? null };
      return { ...state, tokens: { ...state.tokens, [name]: { ...token, revoked } } };
    }
    case 'restore.accepted':
      return { ...state, restore: event.data.lost };
    case 'record.redacted': {
      const { streamId, seq, hash, now } = event.data;
      return { ...state, redactions: { ...state.redactions, [`${streamId}/${seq}`]: { hash, now } } };
    }
    case 'evidence.redacted':
      return { ...state, redactedEvidence: { ...state.redactedEvidence, [event.data.digest]: event.at } };
    case 'rulebook.changed':
      return { ...state, rulebook: { digest: event.data.to, since: event.at } };
    case 'rulebook.refused':
      return state.rulebook ? { ...state, rulebook: { ...state.rulebook, refused: event.data.to } } : state;
    case 'delivery.replayed':
    case 'stream.archived':
      return state;
    default:
      return assertNever(event);
  }
}

const without = <T>(record: { readonly [key: string]: T }, key: string): { readonly [key: string]: T } =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
