// Which nodes of a run may go on, by the graph, the failures so far and the order of undoing. Timers, approvals and workers come on top.
import { stepById } from '../playbook/plan.ts';
import type { ActionCall, Playbook, Step } from '../playbook/playbook.ts';
import { gateKey, isUndo, itemKey, itemOf, type NodeState, nodeOf, type RunState, stepOf, undoKey } from './state.ts';

/** The step behind a node key; null if the pinned playbook has no such step. */
export function findStep(playbook: Playbook, key: string): Step | null {
  return stepById(playbook, stepOf(key)) ?? null;
}

/** The action a node calls: the step's own, or its compensation. */
export function callOf(playbook: Playbook, key: string): ActionCall | null {
  const step = findStep(playbook, key);
  return step && isUndo(key) ? step.compensate : step;
}

/** Keys of the nodes of a step's items; empty while it has none, and for a step without `forEach`. */
export function itemKeys(state: RunState, step: string): readonly string[] {
  return (state.expansions[step] ?? []).map((_, index) => itemKey(step, index));
}

/** Keys of the compensations that are due, in order: of the completed, reversible steps, the latest first, not undone yet. */
export function compensable(state: RunState, playbook: Playbook): string[] {
  return state.completed
    .filter((key) => !isUndo(key) && isUndoable(state, playbook, key))
    .map(undoKey)
    .filter((key) => nodeOf(state, key).status !== 'succeeded')
    .reverse();
}

/**
 * A step that ran for items is undone item by item; one that another run carried out, by undoing that run. Final steps are
 * not undone: they come after the undoing.
 */
function isUndoable(state: RunState, playbook: Playbook, key: string): boolean {
  const step = findStep(playbook, key);
  if (!step || playbook.finally.includes(step) || (step.forEach !== null && itemOf(key) === null)) return false;
  return step.compensate !== null || state.children[key] !== undefined;
}

/** The compensation whose turn it is: the one under way, else that of the step completed last; undefined: all is undone. */
export function nextUndo(state: RunState, playbook: Playbook): string | undefined {
  const due = compensable(state, playbook);
  return due.find((key) => nodeOf(state, key).status !== 'pending') ?? due[0];
}

/** True for a node with an outcome. */
export const isOver = ({ status }: NodeState) => status === 'succeeded' || status === 'skipped' || status === 'failed';

/** True when the steps that need this one may go on. */
function isSettled(step: Step, node: NodeState): boolean {
  return isOver(node) && (node.status !== 'failed' || step.onFailure === 'continue');
}

/** True unless people still have to agree, or did not agree, that the run starts at all. */
export const isLetIn = (state: RunState): boolean =>
  state.gate === null || nodeOf(state, gateKey).status === 'succeeded';

/** True when every step has come to an end that the run can succeed with. */
export function allSettled(state: RunState, playbook: Playbook): boolean {
  return playbook.steps.every((step) => isSettled(step, nodeOf(state, step.id)));
}

/** Keys of the failed nodes after which nothing new starts. */
export function fatalFailures(state: RunState, playbook: Playbook): string[] {
  const failed = (key: string) => nodeOf(state, key).status === 'failed';
  if (failed(gateKey)) return [gateKey];
  return playbook.steps
    .filter(({ id, onFailure }) => failed(id) && (onFailure === 'stop' || onFailure === 'compensate'))
    .map(({ id }) => id);
}

/** Keys of the nodes that may go on, as far as the run as a whole is concerned. */
export function openNodes(state: RunState, playbook: Playbook): string[] {
  if (state.paused) return [];
  switch (state.status) {
    case 'compensating': {
      const key = nextUndo(state, playbook);
      return key === undefined ? [] : [key];
    }
    case 'finishing': {
      const next = playbook.finally.find(({ id }) => !isOver(nodeOf(state, id)));
      return next ? openOf(state, next) : [];
    }
    case 'running': {
      if (!isLetIn(state)) return [];
      if (fatalFailures(state, playbook).length > 0) return [];
      const settled = new Set(
        playbook.steps.filter((step) => isSettled(step, nodeOf(state, step.id))).map(({ id }) => id),
      );
      return playbook.steps
        .filter(({ id, needs }) => !settled.has(id) && needs.every((need) => settled.has(need)))
        .flatMap((step) => openOf(state, step));
    }
    default:
      return [];
  }
}

/** How many items may be at work: on a ramp one more than have succeeded, which doubles them with each wave that ends well. */
function atOnce(
  state: RunState,
  { ramp, maxParallel }: NonNullable<Step['forEach']>,
  items: readonly string[],
): number {
  if (ramp === undefined) return maxParallel;
  const succeeded = items.filter((key) => nodeOf(state, key).status === 'succeeded').length;
  return Math.min(maxParallel, succeeded + 1);
}

/** True once so many items of a step have failed that no further one is begun. */
export function isStopped(state: RunState, { id, forEach }: Pick<Step, 'id' | 'forEach'>): boolean {
  if (!forEach?.stopAfterErrors) return false;
  const items = itemKeys(state, id);
  const { unit, value } = forEach.stopAfterErrors;
  const atMost = unit === 'items' ? value : Math.max(1, Math.floor((items.length * value) / 100));
  return items.filter((key) => nodeOf(state, key).status === 'failed').length >= atMost;
}

/** True for what may have taken effect, or is about to: it comes to its own end. */
export const hasBegun = (node: NodeState) =>
  !isOver(node) && node.status !== 'pending' && node.status !== 'awaiting_approval' && node.status !== 'ready';

/** The nodes of one step that may go on: itself, or as many of its items as may be at work at the same time. */
function openOf(state: RunState, step: Step): string[] {
  const items = itemKeys(state, step.id);
  if (!step.forEach || state.expansions[step.id] === undefined) return [step.id];
  const left = items.filter((key) => !isOver(nodeOf(state, key)));
  if (isStopped(state, step)) {
    const begun = left.filter((key) => hasBegun(nodeOf(state, key)));
    return begun.length > 0 ? begun : [step.id];
  }
  if (left.length === 0) return [step.id];
  const fresh = (key: string) => nodeOf(state, key).status === 'pending';
  const atWork = left.filter((key) => !fresh(key));
  const room = Math.max(0, atOnce(state, step.forEach, items) - atWork.length);
  return [...atWork, ...left.filter(fresh).slice(0, room)];
}
