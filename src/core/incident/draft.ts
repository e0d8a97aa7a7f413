// A decision about an incident in the making: the events so far and the state they lead to. Local to one decision.
import type { Actor, IncidentEvent, Recorded } from '../events.ts';
import type { Refusal } from '../refusal.ts';
import { evolveIncident, openIncident } from './evolve.ts';
import type { IncidentRules } from './rules.ts';
import type { IncidentState } from './state.ts';

/** What a decision may know besides state and command. */
export type IncidentContext = {
  readonly at: string;
  readonly actor: Actor;
  readonly rules: IncidentRules;
  /** The open incident of the same alert group; null if there is none. Need not be looked up where the incident itself is open. */
  readonly openInGroup: Pick<IncidentState, 'id' | 'number'> | null;
  /** The last entry of its ledger, which references may point at; absent: at none. */
  readonly lastSeq?: number;
};

/** Collects events and keeps the state that they lead to: each is folded once, here. */
export type IncidentDraft = {
  readonly context: IncidentContext;
  readonly events: Recorded<IncidentEvent>[];
  state: IncidentState;
  /** Records a fact; whoever commands is its author unless another is named. */
  readonly record: (event: IncidentEvent, actor?: Actor) => void;
};

/** A draft on an incident that is there. */
export function draftOn(state: IncidentState, context: IncidentContext): IncidentDraft {
  const draft: IncidentDraft = {
    context,
    events: [],
    state,
    record(event, actor = context.actor) {
      // What is added stands first: after what is spread, each new member costs V8 more than all the rest.
      draft.events.push({ actor, ...event });
      draft.state = evolveIncident(draft.state, { actor, at: context.at, ...event });
    },
  };
  return draft;
}

/** What an incident is opened with, and by whom. */
export type Opening = {
  readonly incidentId: string;
  readonly actor: Actor;
  readonly data: Extract<IncidentEvent, { type: 'incident.opened' }>['data'];
};

/** A draft that begins with the opening of an incident. */
export function draftOpening({ incidentId, actor, data }: Opening, context: IncidentContext): IncidentDraft {
  const opened = { type: 'incident.opened' as const, data, actor };
  const draft = draftOn(openIncident(incidentId, { ...opened, at: context.at }), context);
  draft.events.push(opened);
  return draft;
}

/** A refusal. */
export const refuse = (code: Refusal['code'], message: string): Refusal => ({ code, message });
