// A decision in the making: the events so far and the state they lead to. Local to one decision; nothing here outlives it.
import { type Actor, type Recorded, type RunEvent, type StepError, systemActor } from '../events.ts';
import type { Playbook } from '../playbook/playbook.ts';
import type { Refusal } from '../refusal.ts';
import { evolve } from './evolve.ts';
import { findStep } from './flow.ts';
import { isUndo, type RunState } from './state.ts';

/** A worker that would start steps now, in the same commit as the decision. */
export type Offer = { readonly worker: string; readonly pool: string; readonly capacity: number };

/** What a decision may know besides state and command. */
export type DecisionContext = {
  readonly at: string;
  readonly actor: Actor;
  readonly playbook: Playbook;
  /** null: decide only, start nothing. */
  readonly offer: Offer | null;
};

/** Collects events and keeps the state that they lead to. */
export type Draft = {
  readonly at: string;
  readonly playbook: Playbook;
  readonly offer: Offer | null;
  readonly events: Recorded<RunEvent>[];
  state: RunState;
  /** Records a fact; Firebreak itself is its author unless another is named. */
  readonly record: (event: RunEvent, actor?: Actor) => void;
};

/** Opens a draft on a state. */
export function openDraft(state: RunState, { at, playbook, offer }: DecisionContext): Draft {
  const draft: Draft = {
    at,
    playbook,
    offer,
    events: [],
    state,
    record(event, actor = systemActor) {
      draft.events.push({ ...event, actor });
      draft.state = evolve(draft.state, { ...event, actor, at });
    },
  };
  return draft;
}

/** Records that a node failed for this round. */
export function recordFailure(draft: Draft, key: string, attempt: number, error: StepError, durationMs: number): void {
  const stands = !isUndo(key) && findStep(draft.playbook, key)?.onFailure === 'escalate';
  const escalated = stands ? { escalated: true as const } : {};
  const data = { runId: draft.state.runId, step: key, attempt, error, durationMs, ...escalated };
  draft.record({ type: 'step.failed', data });
}

/** A refusal. */
export const refuse = (code: Refusal['code'], message: string): Refusal => ({ code, message });
