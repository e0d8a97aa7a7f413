// A run's steps as people read them: in the playbook's order, the items of a `forEach` folded into one line, with the runs that
// were called. Pure; says how things stand, decides nothing.
import { allSteps, type Playbook } from '../playbook/playbook.ts';
import { itemKeys } from './flow.ts';
import { gateKey, type NodeState, type NodeStatus, nodeOf, type RunState, undoKey } from './state.ts';

/** How far the items of a `forEach` are; `done` are those that succeeded or had nothing to do. */
type ItemCount = { readonly total: number; readonly done: number; readonly failed: number };

/** One line of a run. */
export type OutlineStep = {
  /** Id of the step; `<id>~undo` for its compensation, `~start` for the agreement to start at all. */
  readonly step: string;
  readonly name: string;
  readonly part: 'start' | 'steps' | 'finally' | 'undo';
  /** Of a folded step the status of the item that most wants attention. */
  readonly status: NodeStatus;
  /** It failed, and the run goes on without it as its playbook says; absent: it did not, or the run does not. */
  readonly asPlanned?: true;
  /** Tries so far, those of all items together. */
  readonly attempts: number;
  /** Why it stands like this, in words; empty if the status says it all. */
  readonly about: string;
  /** null: the step has no items, or has not come to them yet. */
  readonly items: ItemCount | null;
  /** Ids of the runs that carry it out, in order. */
  readonly runs: readonly string[];
};

/** The lines of a run: its start, its steps, its `finally` steps, and what is undone in the order of undoing. */
export function outlineOf(state: RunState, playbook: Playbook): readonly OutlineStep[] {
  const last = new Set(playbook.finally.map(({ id }) => id));
  const lines = allSteps(playbook).map(({ id, name, onFailure }): OutlineStep => {
    const line = lineOf(state, { step: id, name, part: last.has(id) ? 'finally' : 'steps' }, itemKeys(state, id));
    return line.status === 'failed' && onFailure === 'continue' ? { ...line, asPlanned: true } : line;
  });
  const undone = allSteps(playbook)
    .map(({ id, name }) => ({
      line: { step: undoKey(id), name: `Undo of ${name}`, part: 'undo' as const },
      keys: [id, ...itemKeys(state, id)].map(undoKey).filter((key) => state.nodes[key] !== undefined),
    }))
    .filter(({ keys }) => keys.length > 0)
    .map(({ line, keys }) => lineOf(state, line, keys[0] === line.step ? [] : keys))
    .reverse();
  const gate = state.gate ? [lineOf(state, { step: gateKey, name: 'Agreement to start', part: 'start' }, [])] : [];
  return [...gate, ...lines, ...undone];
}

/** What may be taking effect at this moment, or is about to again. */
const atWork = ['running', 'retry_wait', 'waiting', 'delegated'] as const;

/** The most urgent first. */
const urgency: readonly NodeStatus[] = [
  ...(['unknown', 'awaiting_approval', 'running', 'retry_wait', 'waiting', 'delegated', 'ready'] as const),
  ...(['pending', 'failed', 'succeeded', 'skipped'] as const),
];

function lineOf(
  state: RunState,
  line: Pick<OutlineStep, 'step' | 'name' | 'part'>,
  keys: readonly string[],
): OutlineStep {
  const own = nodeOf(state, line.step);
  const runs = [line.step, ...keys].flatMap((key) => state.children[key] ?? []);
  if (keys.length === 0)
    return { ...line, status: own.status, attempts: own.attempts, about: aboutNode(own), items: null, runs };
  const nodes = keys.map((key) => nodeOf(state, key));
  const count = (...wanted: readonly NodeStatus[]) => nodes.filter(({ status }) => wanted.includes(status)).length;
  const items = { total: keys.length, done: count('succeeded', 'skipped'), failed: count('failed') };
  const isOver = own.status !== 'pending' && own.status !== 'ready';
  const standing = urgency.find((status) => nodes.some((node) => node.status === status)) ?? own.status;
  return {
    ...line,
    status: isOver ? own.status : standing,
    attempts: nodes.reduce((sum, { attempts }) => sum + attempts, own.attempts),
    about: [itemText(items, count(...atWork)), aboutNode(own)].filter(Boolean).join('; '),
    items,
    runs,
  };
}

const itemText = ({ total, done, failed }: ItemCount, atWork: number) =>
  [`${done} of ${total} done`, atWork > 0 ? `${atWork} running` : '', failed > 0 ? `${failed} failed` : '']
    .filter(Boolean)
    .join(', ');

function aboutNode(node: NodeState): string {
  switch (node.status) {
    case 'failed':
    case 'retry_wait':
      return node.error.message;
    case 'skipped':
    case 'unknown':
      return node.reason;
    case 'waiting':
      return node.signal === null ? `until ${node.until}` : `for the signal ${node.signal} until ${node.until}`;
    case 'running':
      return `on ${node.worker} since ${node.startedAt}`;
    case 'awaiting_approval':
      return node.approvalId;
    default:
      return '';
  }
}
