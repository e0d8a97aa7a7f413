// What the fold of a run keeps of policies and freezes: under which rules it started, what they last said, and that it is excepted. Asks no rule.
import type { Actor } from '../actor.ts';
import { digestJson } from '../json.ts';
import type { JudgedFact } from '../policy/policy-events.ts';
import { gateKey, type NodeState, nodeOf, type RunState } from './state.ts';

/** Code of the error that a step waits with while a freeze holds it. */
const frozenCode = 'frozen';

type Said = Pick<JudgedFact, 'rulebook' | 'rules' | 'freezes'>;

/** Names what was said of a node in one round, so that the same is recorded once. */
export const judgedMark = ({ rulebook, rules, freezes }: Said, round: number): string =>
  digestJson({ rulebook, rules, freezes: freezes.map(({ name }) => name), round }).slice(-16);

/** What the start of a run fixes of it. */
export function ruledAtStart(
  {
    environment,
    rulebook,
    exception,
  }: { environment?: string | undefined; rulebook?: string | undefined; exception?: string | undefined },
  by: Actor,
  at: string,
): Partial<Pick<RunState, 'environment' | 'rulebook' | 'exception'>> {
  return {
    ...(environment !== undefined && { environment }),
    ...(rulebook !== undefined && { rulebook }),
    ...(exception !== undefined && { exception: { by, at, reason: exception } }),
  };
}

/** Keeps what was said last of a node. */
export function noteJudged(state: RunState, fact: JudgedFact): RunState {
  if (fact.judgedAt === 'order') return state;
  const key = fact.node ?? gateKey;
  return { ...state, judged: { ...state.judged, [key]: judgedMark(fact, nodeOf(state, key).round) } };
}

/** From here on no freeze holds the run: what waited for one goes on. */
export function excepted(
  state: RunState,
  {
    actor,
    at,
    data: { reason },
  }: { readonly actor: Actor; readonly at: string; readonly data: { readonly reason: string } },
): RunState {
  const exception = { by: actor, at, reason };
  const nodes = Object.fromEntries(
    Object.entries(state.nodes).map(([key, node]): [string, NodeState] => [
      key,
      isFrozen(node) ? { ...node, retryAt: exception.at } : node,
    ]),
  );
  return { ...state, nodes, exception };
}

/** Whether a node waits because of a freeze. */
export const isFrozen = (node: NodeState): node is NodeState & { readonly status: 'retry_wait' } =>
  node.status === 'retry_wait' && node.error.code === frozenCode;

/** The error that a step waits with: its target is left alone for a while, or a freeze holds it. */
export const waitingError = (type: 'step.held' | 'step.frozen', message: string) => ({
  class: 'transient' as const,
  code: type === 'step.held' ? 'target_left_alone' : frozenCode,
  message,
});
