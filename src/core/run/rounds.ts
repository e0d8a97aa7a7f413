// How a run ends, and how nodes of it begin once more. Part of the fold; asks no rule.
import { freshNode, type NodeState, type RunState, type RunStatus } from './state.ts';

/** The run at an end. */
export const finish = (state: RunState, status: RunStatus, at: string, reason: string | null): RunState => ({
  ...state,
  status,
  finishedAt: at,
  reason,
});

/** The next execution of a node, ordered by people: attempts go on counting, retries start afresh. */
export const nextRound = (node: NodeState | undefined): NodeState =>
  !node ? freshNode : { ...freshNode, attempts: node.attempts, round: node.round + 1 };

/** Puts nodes back to where they begin, and takes back whatever end there was. */
export function restart(state: RunState, steps: readonly string[], to: (key: string) => NodeState): RunState {
  const nodes = { ...state.nodes, ...Object.fromEntries(steps.map((key) => [key, to(key)])) };
  return { ...state, nodes, paused: false, finishedAt: null, reason: null, ending: null, overdueAt: null };
}
