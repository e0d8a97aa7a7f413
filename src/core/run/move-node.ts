// How a fact moves one node of a run. Pure: part of the fold.
import { type NodeState, type NodeStatus, nodeOf, type RunState } from './state.ts';

/** Puts a node into a run. */
export function setNode(state: RunState, key: string, node: NodeState): RunState {
  return { ...state, nodes: { ...state.nodes, [key]: node } };
}

/** Moves a node to another status, keeping of the one before only what every node has. */
export function move<N extends { status: NodeStatus }>(state: RunState, key: string, next: N): RunState {
  const { attempts, round, tries, firstStartedAt, acted, probe } = nodeOf(state, key);
  const given: N & { readonly acted?: unknown; readonly probe?: boolean } = next;
  const kept = { acted: given.acted === undefined ? acted : given.acted, probe: given.probe ?? probe };
  return setNode(state, key, { ...next, attempts, round, tries, firstStartedAt, ...kept } as unknown as NodeState);
}
