// The steps of a run in lines: one per step with what became of it, one for all items of a step that goes through some. Pure.

import { frozenBy } from '../../core/policy/freeze.ts';
import { assertNever } from '../../core/result.ts';
import { isFrozen } from '../../core/run/governed.ts';
import {
  isTerminal,
  isUndo,
  itemOf,
  type NodeState,
  type NodeStatus,
  type RunState,
  undoKey,
} from '../../core/run/state.ts';
import { elapsedMs } from '../../core/time.ts';
import { person } from '../identity.ts';
import { code, lasting, oneLine, timed, when } from '../text.ts';
import { icon, type StateWords } from './states.ts';
import { isPlannedFailure, type PinnedPlaybook, stepName } from './step-names.ts';

/** A target that has failed too often is spared: the step is held back, and no try of it is used up. */
const isHeld = (node: NodeState) => node.status === 'retry_wait' && node.error.code === 'target_left_alone';

/** Steps that are shown at the utmost. */
const maxSteps = 30;
/** Steps that are shown before the first one that is not done, if not all can be. */
const stepsBefore = 5;

type Line = { readonly text: string; readonly isOver: boolean };
/** A run with what its lines are made of. */
type Shown = { readonly run: RunState; readonly playbook: PinnedPlaybook; readonly ended: boolean };

const isOver = ({ status }: NodeState) => status === 'succeeded' || status === 'skipped';

/** The steps in lines; of a long run those that are done go first. */
export function stepLines(run: RunState, playbook: PinnedPlaybook): readonly string[] {
  const lines = linesOf({ run, playbook, ended: isTerminal(run.status) });
  const firstOpen = lines.findIndex((line) => !line.isOver);
  const wanted = firstOpen < 0 ? lines.length : firstOpen - stepsBefore;
  const from = Math.max(0, Math.min(wanted, lines.length - maxSteps));
  const after = lines.length - from - maxSteps;
  return [
    ...(from > 0 ? [`… ${from} steps before, all done or skipped`] : []),
    ...lines.slice(from, from + maxSteps).map(({ text }) => text),
    ...(after > 0 ? [`… and ${after} more steps`] : []),
  ];
}

/** The nodes of items by the step they belong to, those that undo apart. */
function itemsOf({ nodes }: RunState): Map<string, NodeState[]> {
  const items = new Map<string, NodeState[]>();
  for (const [key, node] of Object.entries(nodes)) {
    if (itemOf(key) === null) continue;
    const step = key.slice(0, key.indexOf('#'));
    const own = isUndo(key) ? undoKey(step) : step;
    items.set(own, [...(items.get(own) ?? []), node]);
  }
  return items;
}

function linesOf(shown: Shown): readonly Line[] {
  const { run } = shown;
  const items = itemsOf(run);
  const own = Object.entries(run.nodes).flatMap(([key, node]): Line[] => {
    if (itemOf(key) !== null) return [];
    // What became of a step that is undone stands in its own line.
    if (isUndo(key) && run.nodes[key.slice(0, -undoKey('').length)] !== undefined) return [];
    const total = isUndo(key) ? undefined : run.expansions[key]?.length;
    const nodes = items.get(key) ?? [];
    if (total === undefined && nodes.length === 0) {
      const undo = run.nodes[undoKey(key)];
      const told = { node: undo ?? node, isUndo: undo !== undefined || isUndo(key) };
      return [{ text: stepLine(key, told, shown), isOver: isOver(told.node) }];
    }
    items.delete(key);
    return [
      { text: foldedLine(key, { node, items: nodes, total: total ?? nodes.length }, shown), isOver: isOver(node) },
    ];
  });
  // Compensations are made item by item; there is none of the step as a whole.
  const rest = [...items].map(([key, nodes]) => ({
    text: foldedLine(key, { node: null, items: nodes, total: nodes.length }, shown),
    isOver: nodes.every(isOver),
  }));
  return [...own, ...rest];
}

function stepLine(key: string, { node, isUndo: undoes }: { node: NodeState; isUndo: boolean }, shown: Shown): string {
  const { icon: mark, word } = undoes ? undoWords(node, shown) : stepWords(key, node, shown);
  const tries = node.tries > 1 ? `, try ${node.tries}` : '';
  return `${mark} ${stepName(key, shown.playbook)}  ${word}${tries}${detail(node, undoes)}`;
}

/** How a step stands. */
function stepWords(key: string, node: NodeState, { playbook, ended }: Shown): StateWords {
  switch (node.status) {
    case 'pending':
      return { icon: icon.rest, word: ended ? 'Not run' : 'Next' };
    case 'ready':
      return { icon: icon.rest, word: ended ? 'Not run' : 'Next' };
    case 'awaiting_approval':
      return { icon: icon.person, word: 'Waiting for approval' };
    case 'running':
      return { icon: icon.work, word: node.acted === null ? 'Running' : 'Verifying' };
    case 'retry_wait':
      return { icon: icon.rest, word: isHeld(node) ? 'Held back' : isFrozen(node) ? 'Frozen' : 'Trying again' };
    case 'waiting':
      return { icon: icon.rest, word: 'Waiting' };
    case 'delegated':
      return { icon: icon.work, word: 'Running' };
    case 'unknown':
      return { icon: icon.person, word: 'Decision needed' };
    case 'succeeded':
      return { icon: icon.done, word: node.markedBy ? `Marked done by ${person(node.markedBy)}` : 'Done' };
    case 'failed':
      return isPlannedFailure(key, playbook)
        ? { icon: icon.rest, word: 'Failed, continued as planned' }
        : { icon: icon.failed, word: 'Failed' };
    case 'skipped':
      return { icon: icon.rest, word: 'Skipped' };
    default:
      return assertNever(node);
  }
}

/** How the undoing of a step stands. */
function undoWords(node: NodeState, shown: Shown): StateWords {
  switch (node.status) {
    case 'succeeded':
      return { icon: icon.undone, word: node.markedBy ? `Undone, as ${person(node.markedBy)} said` : 'Undone' };
    case 'running':
    case 'delegated':
      return { icon: icon.work, word: 'Undoing' };
    case 'failed':
      return { icon: icon.failed, word: 'Undo failed' };
    case 'pending':
    case 'ready':
      return { icon: icon.rest, word: shown.ended ? 'Not undone' : 'To be undone' };
    case 'skipped':
      return { icon: icon.rest, word: 'Undo skipped' };
    case 'awaiting_approval':
    case 'retry_wait':
    case 'waiting':
    case 'unknown': {
      const { icon: mark, word } = stepWords('', node, shown);
      return { icon: mark, word: `Undo: ${word.toLowerCase()}` };
    }
    default:
      return assertNever(node);
  }
}

function detail(node: NodeState, undoes: boolean): string {
  switch (node.status) {
    case 'succeeded':
      return node.firstStartedAt && !node.markedBy && !undoes
        ? `, ${lasting(elapsedMs(node.firstStartedAt, node.at))}`
        : '';
    case 'failed':
      return `: ${timed(oneLine(node.error.message, 200))}`;
    case 'retry_wait': {
      const { error, retryAt } = node;
      const frozen = isFrozen(node);
      const why = frozen ? frozenBy(error.message) : error.message;
      return `${isHeld(node) || frozen ? ' until' : ''} ${when(retryAt)}: ${timed(oneLine(why, 200))}`;
    }
    case 'delegated':
      return `, by run ${code(node.childRunId)}`;
    default:
      return '';
  }
}

/** In which order the items of a step are counted; those not started are what is left. */
const counted = [
  ...(['skipped', 'running', 'ready', 'delegated', 'waiting', 'awaiting_approval'] as const),
  ...(['retry_wait', 'unknown', 'failed'] as const),
] satisfies readonly NodeStatus[];

const itemWords: { readonly [S in (typeof counted)[number]]: string } = {
  skipped: 'skipped',
  running: 'running',
  ready: 'next',
  delegated: 'running in runs of their own',
  waiting: 'waiting',
  awaiting_approval: 'waiting for approval',
  retry_wait: 'to be tried again',
  unknown: 'unclear',
  failed: 'failed',
};

/** `3 of 10 done, 1 running, 1 failed: the first reason`. */
function foldedLine(
  key: string,
  {
    node,
    items,
    total,
  }: { readonly node: NodeState | null; readonly items: readonly NodeState[]; readonly total: number },
  shown: Shown,
): string {
  const ofStatus = (status: NodeStatus) =>
    items.filter((item) => item.status === status && !isHeld(item) && !isFrozen(item)).length;
  const held = items.filter(isHeld).length;
  const frozen = items.filter(isFrozen).length;
  const parts = [
    `${ofStatus('succeeded')} of ${total} ${isUndo(key) ? 'undone' : 'done'}`,
    ...counted.flatMap((status) => (ofStatus(status) > 0 ? [`${ofStatus(status)} ${itemWords[status]}`] : [])),
    ...(held > 0 ? [`${held} held back`] : []),
    ...(frozen > 0 ? [`${frozen} frozen`] : []),
  ];
  const failed = [node, ...items].find((one) => one?.status === 'failed');
  const why = failed?.status === 'failed' ? `: ${timed(oneLine(failed.error.message, 200))}` : '';
  const planned = failed && isPlannedFailure(key, shown.playbook) ? ', continued as planned' : '';
  const name = stepName(key, shown.playbook);
  return `${foldedMark(key, { node, items, total, failed: failed ?? null }, shown)} ${isUndo(key) ? `Undo of ${name}` : name}  ${parts.join(', ')}${planned}${why}`;
}

function foldedMark(
  key: string,
  {
    node,
    items,
    total,
    failed,
  }: {
    readonly node: NodeState | null;
    readonly items: readonly NodeState[];
    readonly total: number;
    readonly failed: NodeState | null;
  },
  shown: Shown,
): string {
  if (failed) return stepWords(key, failed, shown).icon;
  const some = (...wanted: readonly NodeStatus[]) => items.some(({ status }) => wanted.includes(status));
  if (some('unknown', 'awaiting_approval')) return icon.person;
  if (some('running', 'delegated')) return icon.work;
  const isDone = node?.status === 'succeeded' || (total > 0 && items.filter(isOver).length === total);
  if (isDone) return isUndo(key) ? icon.undone : icon.done;
  return node === null ? icon.rest : stepWords(key, node, shown).icon;
}
