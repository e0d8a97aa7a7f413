// The steps of a run in lines: one per step, one for all items of a step that goes through some. Pure.
import {
  gateKey,
  isTerminal,
  isUndo,
  itemOf,
  type NodeState,
  type NodeStatus,
  type RunState,
  stepOf,
} from '../../core/run/state.ts';
import { elapsedMs, formatDuration } from '../../core/time.ts';
import { code, oneLine, when } from '../text.ts';

const words: { readonly [S in NodeStatus]: string } = {
  pending: 'not started',
  awaiting_approval: 'waits for approval',
  ready: 'about to start',
  running: 'running',
  retry_wait: 'will be tried again',
  waiting: 'waiting',
  delegated: 'carried out by another run',
  unknown: 'outcome unknown',
  succeeded: 'done',
  failed: 'failed',
  skipped: 'skipped',
};
/** In which order the items of a step are counted; those not started are what is left. */
const counted = [
  ...(['succeeded', 'skipped', 'running', 'ready', 'delegated', 'waiting', 'awaiting_approval'] as const),
  ...(['retry_wait', 'unknown', 'failed'] as const),
] satisfies readonly NodeStatus[];

/** A target that has failed too often is spared: the step is held back, and no try of it is used up. */
const isHeld = (node: NodeState) => node.status === 'retry_wait' && node.error.code === 'target_left_alone';

/** Steps that are shown at the utmost. */
const maxSteps = 30;
/** Steps that are shown before the first one that is not done, if not all can be. */
const stepsBefore = 5;

/** What a node is called where people read it; `apply#3` is an item, `~start` the question whether to start at all. */
function nodeName(key: string): string {
  if (stepOf(key) === gateKey) return 'start of the run';
  return isUndo(key) ? `undo ${stepOf(key)}` : stepOf(key);
}

type Line = { readonly text: string; readonly isOver: boolean };
const isOver = ({ status }: NodeState) => status === 'succeeded' || status === 'skipped';

/** The steps in lines; of a long run those that are done go first. */
export function stepLines(run: RunState): readonly string[] {
  const lines = linesOf(run);
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

function linesOf(run: RunState): readonly Line[] {
  const items = new Map<string, NodeState[]>();
  for (const [key, node] of Object.entries(run.nodes)) {
    if (itemOf(key) === null) continue;
    const name = nodeName(key);
    items.set(name, [...(items.get(name) ?? []), node]);
  }
  const ended = isTerminal(run.status);
  const own = Object.entries(run.nodes).flatMap(([key, node]) => {
    if (itemOf(key) !== null) return [];
    const total = isUndo(key) ? undefined : run.expansions[key]?.length;
    const name = nodeName(key);
    const nodes = items.get(name) ?? [];
    if (total === undefined && nodes.length === 0) return [{ text: line(name, node, ended), isOver: isOver(node) }];
    items.delete(name);
    return [{ text: foldedLine(name, node, nodes, total ?? nodes.length), isOver: isOver(node) }];
  });
  // Compensations are made item by item; there is none of the step as a whole.
  const rest = [...items].map(([name, nodes]) => ({
    text: foldedLine(name, null, nodes, nodes.length),
    isOver: nodes.every(isOver),
  }));
  return [...own, ...rest];
}

const markOf = (status: NodeStatus): string =>
  ({ succeeded: '●', failed: '✕', running: '◐', skipped: '○' })[status as string] ?? '◌';

function line(name: string, node: NodeState, ended: boolean): string {
  const tries = node.tries > 1 ? `, try ${node.tries}` : '';
  return `${markOf(node.status)} ${code(name, 80)}  ${wordOf(node, ended)}${tries}${detail(node)}`;
}

function wordOf(node: NodeState, ended: boolean): string {
  if (ended && node.status === 'pending') return 'not run';
  if (isHeld(node)) return 'held back';
  return words[node.status];
}

function detail(node: NodeState): string {
  switch (node.status) {
    case 'succeeded':
      return node.firstStartedAt ? `, ${formatDuration(elapsedMs(node.firstStartedAt, node.at))}` : '';
    case 'failed':
      return `: ${oneLine(node.error.message, 200)}`;
    case 'retry_wait':
      return isHeld(node) ? ` until ${when(node.retryAt)}: ${oneLine(node.error.message, 200)}` : '';
    case 'delegated':
      return `: ${code(node.childRunId)}`;
    default:
      return '';
  }
}

/** `3 of 10 done, 1 running, 1 failed: the first reason`. */
function foldedLine(name: string, node: NodeState | null, items: readonly NodeState[], total: number): string {
  const ofStatus = (status: NodeStatus) => items.filter((item) => item.status === status && !isHeld(item)).length;
  const held = items.filter(isHeld).length;
  const parts = [
    `${ofStatus('succeeded')} of ${total} done`,
    ...counted.slice(1).flatMap((status) => (ofStatus(status) > 0 ? [`${ofStatus(status)} ${words[status]}`] : [])),
    ...(held > 0 ? [`${held} held back`] : []),
  ];
  const failed = [node, ...items].find((one) => one?.status === 'failed');
  const why = failed?.status === 'failed' ? `: ${oneLine(failed.error.message, 200)}` : '';
  const status = failed ? 'failed' : (node?.status ?? 'pending');
  const atWork = items.some((item) => item.status === 'running');
  const isDone = status === 'pending' && total > 0 && ofStatus('succeeded') === total;
  const mark = markOf(isDone ? 'succeeded' : status === 'pending' && atWork ? 'running' : status);
  return `${mark} ${code(name, 80)}  ${parts.join(', ')}${why}`;
}
