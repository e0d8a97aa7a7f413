// Which nodes of a run may go on, by the graph, the failures so far and the order of undoing. Timers, approvals and workers come on top.
import type { ActionCall, Playbook, Step } from '../playbook/playbook.ts';
import { isUndo, type NodeState, nodeOf, type RunState, stepOf, undoKey } from './state.ts';

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

/** The compensation whose turn it is: the one under way, else that of the step completed last; undefined: all is undone. */
export function nextUndo(state: RunState, playbook: Playbook): string | undefined {
  const due = compensable(state, playbook);
  return due.find((key) => nodeOf(state, key).status !== 'pending') ?? due[0];
}

/** True when the steps that need this one may go on. */
function isSettled(step: Step, node: NodeState): boolean {
  return (
    node.status === 'succeeded' ||
    node.status === 'skipped' ||
    (node.status === 'failed' && step.onFailure === 'continue')
  );
}

/** True when every step has come to an end that the run can succeed with. */
export function allSettled(state: RunState, playbook: Playbook): boolean {
  return playbook.steps.every((step) => isSettled(step, nodeOf(state, step.id)));
}

/** Failed steps after which nothing new starts. */
export function fatalFailures(state: RunState, playbook: Playbook): Step[] {
  return playbook.steps.filter(
    ({ id, onFailure }) =>
      nodeOf(state, id).status === 'failed' && (onFailure === 'stop' || onFailure === 'compensate'),
  );
}

/** Keys of the nodes that may go on, as far as the run as a whole is concerned. */
export function openNodes(state: RunState, playbook: Playbook): string[] {
  if (state.paused) return [];
  if (state.status === 'compensating') {
    const key = nextUndo(state, playbook);
    return key === undefined ? [] : [key];
  }
  if (state.status !== 'running' || fatalFailures(state, playbook).length > 0) return [];
  const settled = new Set(playbook.steps.filter((step) => isSettled(step, nodeOf(state, step.id))).map(({ id }) => id));
  return playbook.steps.filter(({ needs }) => needs.every((id) => settled.has(id))).map(({ id }) => id);
}
