// A decision in the making: the events so far and the state they lead to. Local to one decision; nothing here outlives it.
import { type Actor, type Recorded, type RunEvent, type StepError, systemActor } from '../events.ts';
import type { ActionCall, Playbook, Step } from '../playbook/playbook.ts';
import type { Refusal } from '../refusal.ts';
import { evolve } from './evolve.ts';
import { isUndo, nodeOf, type RunState, stepOf, undoKey } from './state.ts';

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

/** The step behind a node key; null if the pinned playbook has no such step. */
export function findStep(playbook: Playbook, key: string): Step | null {
  return playbook.steps.find((step) => step.id === stepOf(key)) ?? null;
}

/** The action a node calls: the step's own, or its compensation. */
export function callOf(playbook: Playbook, key: string): ActionCall | null {
  const step = findStep(playbook, key);
  return step && isUndo(key) ? step.compensate : step;
}

/** Keys of the compensations that are due, in order: of the completed, reversible steps, the latest first, not undone yet. */
export function compensable(state: RunState, playbook: Playbook): string[] {
  return state.completed
    .filter((key) => !isUndo(key) && callOf(playbook, undoKey(key)) !== null)
    .map(undoKey)
    .filter((key) => nodeOf(state, key).status !== 'succeeded')
    .reverse();
}

/** The compensation whose turn it is: the one under way, else that of the step completed last. */
export function nextUndo(state: RunState, playbook: Playbook): string | undefined {
  const due = compensable(state, playbook);
  return due.find((key) => nodeOf(state, key).status !== 'pending') ?? due[0];
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
