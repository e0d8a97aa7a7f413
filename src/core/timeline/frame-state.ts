// How a step or a run stands in a frame, and the one word for it. The words are those of the messages in Slack. Pure.
import type { Actor } from '../actor.ts';
import { assertNever } from '../result.ts';
import { isTerminal, type NodeState, type RunState } from '../run/state.ts';

/** How something stands. */
export type FrameState =
  | 'next'
  | 'ready'
  | 'asked'
  | 'running'
  | 'verifying'
  | 'undoing'
  | 'retrying'
  | 'held'
  | 'waiting'
  | 'queued'
  | 'paused'
  | 'decision'
  | 'done'
  | 'continued'
  | 'skipped'
  | 'cancelled'
  | 'not_run'
  | 'failed'
  | 'undone'
  | 'undo_failed';

/** How a node stands. A failure that the playbook goes on after is `failed` here: only the playbook knows. */
export function stateOfNode(node: NodeState, undoes: boolean): FrameState {
  switch (node.status) {
    case 'pending':
      return 'next';
    case 'ready':
      return 'ready';
    case 'awaiting_approval':
      return 'asked';
    case 'running':
      if (undoes) return 'undoing';
      return node.acted === null ? 'running' : 'verifying';
    case 'delegated':
      return undoes ? 'undoing' : 'running';
    case 'retry_wait':
      return node.error.code === 'target_left_alone' ? 'held' : 'retrying';
    case 'waiting':
      return 'waiting';
    case 'unknown':
      return 'decision';
    case 'succeeded':
      return undoes ? 'undone' : 'done';
    case 'failed':
      if (node.escalated) return 'decision';
      return undoes ? 'undo_failed' : 'failed';
    case 'skipped':
      return 'skipped';
    default:
      return assertNever(node);
  }
}

/** States that take time and are drawn. */
const timed: ReadonlySet<FrameState> = new Set([
  ...(['ready', 'asked', 'running', 'verifying', 'undoing', 'retrying', 'held', 'waiting', 'queued'] as const),
  ...(['paused', 'decision'] as const),
]);
/** True for a state that takes time; the others are where something begins or ends. */
export const isTimed = (state: FrameState): boolean => timed.has(state);

/** The state that most wants attention first. */
export const urgency: readonly FrameState[] = [
  ...(['decision', 'asked', 'verifying', 'running', 'undoing', 'retrying', 'held', 'waiting', 'ready'] as const),
  ...(['next', 'undo_failed', 'failed', 'undone', 'done', 'skipped'] as const),
];

const by = ({ name, id }: Actor) => name ?? id;

/** How a step that is no compensation reads. */
const stepWords: { readonly [S in FrameState]: string } = {
  next: 'Next',
  ready: 'Next',
  asked: 'Waiting for approval',
  running: 'Running',
  verifying: 'Verifying',
  undoing: 'Undoing',
  retrying: 'Trying again',
  held: 'Held back',
  waiting: 'Waiting',
  queued: 'Queued',
  paused: 'Paused',
  decision: 'Decision needed',
  done: 'Done',
  continued: 'Failed, continued as planned',
  skipped: 'Skipped',
  cancelled: 'Cancelled',
  not_run: 'Not run',
  failed: 'Failed',
  undone: 'Undone',
  undo_failed: 'Undo failed',
};

/** Where a compensation reads otherwise than as a step does. */
const undoWords: { readonly [S in FrameState]?: string } = {
  next: 'To be undone',
  ready: 'To be undone',
  skipped: 'Undo skipped',
  not_run: 'Not undone',
  asked: 'Undo: waiting for approval',
  retrying: 'Undo: trying again',
  held: 'Undo: held back',
  waiting: 'Undo: waiting',
  decision: 'Undo: decision needed',
};

/** The word for a step; `markedBy`: who said that it is done. */
export function wordOfStep(
  state: FrameState,
  { undoes, markedBy }: { readonly undoes: boolean; readonly markedBy: Actor | null },
): string {
  if (markedBy && state === 'done') return `Marked done by ${by(markedBy)}`;
  if (markedBy && state === 'undone') return `Undone, as ${by(markedBy)} said`;
  return (undoes ? undoWords[state] : undefined) ?? stepWords[state];
}

/** How a run stands: what waits for a person comes before what it does. */
export function stateOfRun({ status, paused, nodes }: Pick<RunState, 'status' | 'paused' | 'nodes'>): FrameState {
  if (!isTerminal(status)) {
    const states = new Set(Object.values(nodes).map((node) => stateOfNode(node, false)));
    if (states.has('decision')) return 'decision';
    if (paused) return 'paused';
    if (states.has('asked') && status !== 'cancelling') return 'asked';
  }
  switch (status) {
    case 'queued':
      return 'queued';
    case 'running':
    case 'cancelling':
    case 'finishing':
      return 'running';
    case 'compensating':
      return 'undoing';
    case 'succeeded':
      return 'done';
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'cancelled';
    case 'compensated':
      return 'undone';
    case 'compensation_failed':
      return 'undo_failed';
    default:
      return assertNever(status);
  }
}

const endWords = { succeeded: 'done', failed: 'failed', cancelled: 'cancelled', compensated: 'undone' } as const;

/** The word for a run. */
export function wordOfRun(run: Pick<RunState, 'status' | 'paused' | 'nodes' | 'ending'>): string {
  const state = stateOfRun(run);
  if (state === 'running' && run.status === 'cancelling') return 'Cancelling';
  if (state === 'running' && run.status === 'finishing')
    return run.ending ? `Finishing, then ${endWords[run.ending.outcome]}` : 'Finishing';
  return stepWords[state];
}
