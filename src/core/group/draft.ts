// A decision about an alert group in the making: the events so far, the state they lead to, and the alerts that go on. Local to one decision.
import type { Alert } from '../alert/alert.ts';
import { type Actor, type Recorded, systemActor } from '../events.ts';
import type { GroupEvent } from './events.ts';
import { evolveGroup } from './evolve.ts';
import type { GroupSettings } from './settings.ts';
import type { GroupState } from './state.ts';

/** What a decision may know besides state and command. */
export type GroupContext = {
  readonly at: string;
  readonly actor: Actor;
  readonly settings: GroupSettings;
  /** The incident that takes its alerts as things stand; null: the first that goes on opens one. */
  readonly incident: { readonly id: string; readonly isOpen: boolean; readonly openedAt: string } | null;
  /** The id of the incident that is opened, if one is. */
  readonly freshId: string;
};

/** An alert that goes on to the incident. `because`: why it does only now; `acts`: playbooks start for it. */
export type PassedAlert = {
  readonly alert: Alert;
  readonly receipt: string;
  readonly because: string | null;
  readonly acts: boolean;
};

/** Collects what is decided. */
export type GroupDraft = {
  readonly context: GroupContext;
  readonly events: Recorded<GroupEvent>[];
  readonly passed: PassedAlert[];
  state: GroupState;
  /** The incident that what goes on goes on to. */
  target: string;
  readonly record: (event: GroupEvent, actor?: Actor) => void;
};

/** A draft on a group that is there. */
export function draftOnGroup(state: GroupState, context: GroupContext): GroupDraft {
  const draft: GroupDraft = {
    context,
    events: [],
    passed: [],
    state,
    target: context.incident?.id ?? context.freshId,
    record(event, actor = systemActor) {
      // What is added stands first: after what is spread, each new member costs V8 more than all the rest.
      draft.events.push({ actor, ...event });
      draft.state = evolveGroup(draft.state, { actor, at: context.at, ...event });
    },
  };
  return draft;
}
