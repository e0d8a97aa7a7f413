// Why a run stands where it stands, and what can be ordered now: what the run itself waits for, and what its surroundings keep
// from it (a kill switch, workers that are not there, a promise that is broken). Pure.
import { type Actor, type RunEvent, systemActor } from '../events.ts';
import type { Playbook } from '../playbook/playbook.ts';
import { addMs, formatDuration } from '../time.ts';
import { alertResolved } from './advance-node.ts';
import { beginsAgain } from './begins-again.ts';
import { decideOrder, type RunOrderCommand } from './decide-order.ts';
import { openDraft } from './draft.ts';
import { callOf, findStep } from './flow.ts';
import { overdueAt, startableNodes, type Waiting, waitingFor } from './owed.ts';
import { findApproval, isTerminal, nodeOf, type RunState } from './state.ts';

/** What a run cannot know of itself. */
export type Surroundings = {
  readonly at: string;
  /** How its incident stands: in one that was closed nothing begins again. */
  readonly incident: 'open' | 'resolved' | 'closed';
  /** The kill switches that are engaged. */
  readonly switches: readonly {
    readonly scope: string;
    readonly by: Actor;
    readonly reason: string;
    readonly at: string;
  }[];
  /** The workers that live; `actions` are the names of what each can do. */
  readonly workers: readonly { readonly pool: string; readonly actions: readonly string[] }[];
};

/** Something that can be ordered or decided about a run right now. */
type OpenOrder = RunOrderCommand['type'] | 'approve' | 'deny' | 'signal';

/** How a run stands. */
export type Standing = {
  /** Empty: it has ended. */
  readonly waitingFor: readonly Waiting[];
  readonly orders: readonly OpenOrder[];
};

/** How a run stands in its surroundings. */
export function standingOf(state: RunState, playbook: Playbook, around: Surroundings): Standing {
  return { waitingFor: waits(state, playbook, around), orders: openOrders(state, playbook, around) };
}

const orders = [
  'retry',
  'compensate',
  'cancel',
  'pause',
  'resume',
  'done',
] as const satisfies RunOrderCommand['type'][];

/** An order that would be taken, with the nodes that it would try again, undo or mark as done. */
export type OfferedOrder = { readonly order: RunOrderCommand['type']; readonly keys: readonly string[] };

/** The orders that would not be refused, of the run as a whole or of one node, by the very rules that refuse them; and what each would touch. */
export function offeredOrders(state: RunState, playbook: Playbook, at: string, step?: string): readonly OfferedOrder[] {
  // Whether an order is refused does not depend on what the actions are.
  const context = { at, actor: systemActor, playbook, traits: new Map(), offer: null };
  return orders.flatMap((order) => {
    const draft = openDraft(state, context);
    if (decideOrder(draft, { type: order, step }, systemActor) !== null) return [];
    return [{ order, keys: draft.events.flatMap(touched) }];
  });
}

function touched(event: RunEvent): readonly string[] {
  switch (event.type) {
    case 'run.retried':
    case 'run.compensation_started':
      return event.data.steps;
    case 'step.succeeded':
      return [event.data.step];
    default:
      return [];
  }
}

/** What can be ordered or decided now. */
function openOrders(state: RunState, playbook: Playbook, { at, incident }: Surroundings): readonly OpenOrder[] {
  const taken = offeredOrders(state, playbook, at)
    .map(({ order }) => order)
    .filter((type) => incident !== 'closed' || !beginsAgain(state, { type }));
  const asks = Object.values(state.approvals).some(({ status }) => status === 'open');
  const listens = Object.values(state.nodes).some(
    (node) => node.status === 'waiting' && node.signal !== null && node.signal !== alertResolved,
  );
  return [...(asks ? (['approve', 'deny'] as const) : []), ...(listens ? (['signal'] as const) : []), ...taken];
}

function waits(state: RunState, playbook: Playbook, around: Surroundings): readonly Waiting[] {
  if (isTerminal(state.status)) return [];
  const own = waitingFor(state);
  const startable = startableNodes(state, playbook, around.at);
  const outside = [
    ...overdue(state, playbook, around.at),
    ...around.switches
      .filter(({ scope }) => scope === '*' || scope === playbook.name)
      .map((killSwitch) => halted(state, killSwitch)),
  ];
  const isHalted = outside.some(({ kind }) => kind === 'halted');
  const named = isHalted ? [] : startable.map((key) => worker(state, playbook, key, around.workers));
  // "A worker to take the next step" says less than the same with the step's name and pool, or why none may take it.
  const known = own.filter(({ kind, step }) => kind !== 'worker' || step !== null);
  const all = [...outside, ...known, ...named];
  return all.some(({ kind }) => kind !== 'overdue') ? all : [...outside, ...own];
}

function overdue(state: RunState, playbook: Playbook, at: string): Waiting[] {
  // It becomes an event when the run is next advanced; until then the time is over all the same.
  const due = overdueAt(state, playbook);
  const since = state.overdueAt ?? (due !== null && at >= due ? due : null);
  if (since === null || !playbook.sla) return [];
  const promised = playbook.sla.completeWithinMs;
  const what = `its end, which was promised within ${formatDuration(promised)}, by ${addMs(state.startedAt, promised)}`;
  return [{ step: null, kind: 'overdue', since, until: null, what, who: [playbook.owner.escalation] }];
}

function halted(state: RunState, { scope, by, reason, at }: Surroundings['switches'][number]): Waiting {
  const since = at > state.startedAt ? at : state.startedAt;
  const name = by.name ?? by.id;
  const release = scope === '*' ? 'firebreak release' : `firebreak release ${scope}`;
  const what = `the release of ${scope === '*' ? 'everything' : scope}, halted by ${name}: ${reason}`;
  return { step: null, kind: 'halted', since, until: null, what, who: [`${name}, or whoever may \`${release}\``] };
}

function worker(state: RunState, playbook: Playbook, key: string, workers: Surroundings['workers']): Waiting {
  const pool = findStep(playbook, key)?.runsOn ?? '';
  const uses = callOf(playbook, key)?.uses ?? '';
  const there = workers.filter((one) => one.pool === pool);
  const able = there.some(({ actions }) => actions.includes(uses));
  const what = able
    ? `a worker of pool ${pool} to start ${key}`
    : there.length > 0
      ? `a worker of pool ${pool} that has the action ${uses} to start ${key}; those that live do not have it`
      : `a worker of pool ${pool} to start ${key}; none lives`;
  const who = able ? [] : [`whoever runs Firebreak: \`firebreak serve --role worker --pool ${pool}\``];
  return { step: key, kind: 'worker', since: startableSince(state, playbook, key), until: null, what, who };
}

/** Since when nothing but a worker has been missing. */
function startableSince(state: RunState, playbook: Playbook, key: string): string {
  const node = nodeOf(state, key);
  if (node.status === 'retry_wait') return node.retryAt;
  const decided = node.status === 'ready' ? findApproval(state, node.approvalId)?.decidedAt : null;
  const before = (findStep(playbook, key)?.needs ?? []).flatMap((id) => {
    const needed = nodeOf(state, id);
    return 'at' in needed ? [needed.at] : [];
  });
  return [state.startedAt, ...before, ...(decided ? [decided] : [])].sort().at(-1) ?? state.startedAt;
}
