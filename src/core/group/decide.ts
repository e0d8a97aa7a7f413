// The rules of an alert group: what of it people are told, when, and why not. Pure. What they are told by is the incident, decided elsewhere.
import type { Recorded } from '../events.ts';
import type { GroupCommand, TakeAlerts } from './command.ts';
import { draftOnGroup, type GroupContext, type GroupDraft, type PassedAlert } from './draft.ts';
import type { GroupEvent } from './events.ts';
import { openGroup } from './evolve.ts';
import { releaseHeld, reviewHeld } from './release.ts';
import type { GroupState } from './state.ts';
import { takeArrival } from './take-arrival.ts';
import { endWindow } from './window.ts';

/** What a command leads to. */
export type GroupDecision = {
  /** To append in this order, all at the instant of the context. */
  readonly events: readonly Recorded<GroupEvent>[];
  /** The state with these events folded in. */
  readonly state: GroupState;
  /** The alerts that go on to the incident, in their order. */
  readonly passed: readonly PassedAlert[];
  /** The incident that they go on to. */
  readonly incidentId: string;
};

/** Decides one command; `state: null` is a group that does not exist yet, which only alerts open. */
export function decideGroup(
  state: GroupState | null,
  command: GroupCommand,
  context: GroupContext,
): GroupDecision | null {
  switch (command.type) {
    case 'take_alerts': {
      const draft = state === null ? opening(command, context) : draftOnGroup(state, context);
      endWindow(draft, command.arrivals);
      for (const arrival of command.arrivals) takeArrival(draft, arrival, command.receipt);
      releaseHeld(draft);
      return finish(draft);
    }
    case 'advance': {
      if (state === null) return null;
      const draft = draftOnGroup(state, context);
      reviewHeld(draft, command.verdictOf);
      releaseHeld(draft);
      return finish(draft);
    }
  }
}

const finish = ({ events, state, passed, target }: GroupDraft): GroupDecision => ({
  events,
  state,
  passed,
  incidentId: target,
});

function opening({ groupId, key, rule, arrivals }: TakeAlerts, context: GroupContext): GroupDraft {
  const [first] = arrivals;
  const event: GroupEvent = { type: 'group.opened', data: { key, rule, title: first?.alert.title ?? key } };
  const opened = { ...event, actor: context.actor };
  const draft = draftOnGroup(openGroup(groupId, { ...opened, at: context.at }), context);
  draft.events.push(opened);
  return draft;
}
