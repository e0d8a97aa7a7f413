// A run as it is stored: what its start fixed apart from what goes on changing, each without what says nothing. Pure; decides nothing.
import { blankRun, freshNode, type NodeState, nodeOf, type RunState } from './state.ts';

/** What the first event of a run fixes for good: written once. */
export type RunOrigin = Pick<
  RunState,
  | 'runId'
  | 'incidentId'
  | 'playbook'
  | 'trigger'
  | 'requestedBy'
  | 'author'
  | 'inputs'
  | 'env'
  | 'alert'
  | 'incident'
  | 'startedAt'
  | 'concurrencyKey'
  | 'cooldownKey'
  | 'gate'
  | 'environment'
  | 'rulebook'
>;

/** The rest of a run; a member that is left out is blank, and so is a node's. */
export type RunProgress = Pick<RunState, 'status' | 'deadlineAt'> &
  Partial<Pick<RunState, keyof typeof blankRun>> & { readonly nodes: { readonly [key: string]: Partial<NodeState> } };

/** True for what says nothing: the same as `none`, or as empty as it is. */
const isBlank = (value: unknown, none: unknown) =>
  value === none ||
  (typeof none === 'object' && none !== null && typeof value === 'object' && Object.keys(value ?? none).length === 0);

/** What a run's start fixed. */
export function originOf(run: RunState): RunOrigin {
  const { runId, incidentId, playbook, trigger, requestedBy, inputs, env, alert, incident, startedAt } = run;
  const { concurrencyKey, cooldownKey, gate, environment, rulebook } = run;
  const given = { runId, incidentId, playbook, trigger, requestedBy, inputs, env, alert, incident, startedAt };
  const ruled = { ...(environment !== undefined && { environment }), ...(rulebook !== undefined && { rulebook }) };
  return { ...given, concurrencyKey, cooldownKey, gate, ...(run.author && { author: run.author }), ...ruled };
}

/** Where a run stands. */
export function progressOf(run: RunState): RunProgress {
  const { status, deadlineAt } = run;
  const nodes: Record<string, Partial<NodeState>> = {};
  for (const key of Object.keys(run.nodes)) nodes[key] = withoutFresh(nodeOf(run, key));
  const progress: Record<string, unknown> & Pick<RunProgress, 'status' | 'deadlineAt' | 'nodes'> = {
    status,
    deadlineAt,
    nodes,
  };
  for (const [name, none] of blanks) {
    const value = run[name];
    if (!isBlank(value, none)) progress[name] = value;
  }
  return progress;
}

const blanks = Object.entries(blankRun) as readonly (readonly [keyof typeof blankRun, unknown])[];
const fresh: { readonly [name: string]: unknown } = freshNode;

function withoutFresh(node: NodeState): Partial<NodeState> {
  const left: Record<string, unknown> = {};
  const members: { readonly [name: string]: unknown } = node;
  for (const name in members) if (members[name] !== fresh[name]) left[name] = members[name];
  return left;
}

/** The run that two stored parts make. A run that an older version stored whole has no origin. */
export function restoreRun(origin: RunOrigin | null, progress: RunProgress): RunState {
  const nodes: Record<string, NodeState> = {};
  for (const [key, node] of Object.entries(progress.nodes)) nodes[key] = { ...freshNode, ...node } as NodeState;
  // Of a run without an origin, its progress is all there is of it.
  return { ...blankRun, ...(origin as RunOrigin), ...progress, nodes };
}
