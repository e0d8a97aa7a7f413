// Folds the events of a run into its state. Pure and total: no clock, no I/O, no rules (those are in decide.ts and advance.ts).
import type { RunEvent } from '../events.ts';
import type { Json } from '../json.ts';
import { assertNever } from '../result.ts';
import { evolveDrill, freshDrill } from './drill-record.ts';
import {
  type Approval,
  type ApprovalNote,
  approvalOf,
  blankRun,
  freshNode,
  type NodeState,
  type NodeStatus,
  nodeOf,
  type RunState,
  type RunStatus,
  type Timed,
} from './state.ts';

type Started = Timed<Extract<RunEvent, { type: 'run.started' }>>;

/** The state that the first event of a run gives. */
export function startRun({ at, actor, data }: Started): RunState {
  const { runId, incidentId, playbook, trigger, inputs, env, alert, incident, deadlineAt } = data;
  const concurrencyKey = data.concurrencyKey ?? null;
  const given = { runId, incidentId, playbook, trigger, inputs, env, alert, incident, deadlineAt };
  return {
    ...blankRun,
    ...given,
    requestedBy: actor,
    ...(data.author === undefined ? {} : { author: data.author }),
    status: concurrencyKey === null ? 'running' : 'queued',
    startedAt: at,
    nodes: Object.fromEntries(data.steps.map((step) => [step, freshNode])),
    concurrencyKey,
    cooldownKey: data.cooldownKey ?? null,
    gate: data.gate ?? null,
  };
}

function setNode(state: RunState, key: string, node: NodeState): RunState {
  return { ...state, nodes: { ...state.nodes, [key]: node } };
}

/** Moves a node to another status, keeping of the one before only what every node has. */
function move<N extends { status: NodeStatus }>(state: RunState, key: string, next: N): RunState {
  const { attempts, round, tries, firstStartedAt, acted, probe } = nodeOf(state, key);
  const given: N & { readonly acted?: unknown; readonly probe?: boolean } = next;
  const kept = { acted: given.acted === undefined ? acted : given.acted, probe: given.probe ?? probe };
  return setNode(state, key, { ...next, attempts, round, tries, firstStartedAt, ...kept } as unknown as NodeState);
}

/** What an outcome leaves for the next start to know. */
const nothingKnown = { acted: null, probe: false } as const;

/** Notes that a node's action took effect: from here on it is something that can be undone. */
function complete(state: RunState, key: string): RunState {
  return { ...state, completed: [...state.completed.filter((other) => other !== key), key] };
}

function setApproval(state: RunState, id: string, change: Partial<Approval>): RunState {
  const approval = state.approvals[id];
  return approval ? { ...state, approvals: { ...state.approvals, [id]: { ...approval, ...change } } } : state;
}

function noted(state: RunState, id: string, note: ApprovalNote): RunState {
  return setApproval(state, id, { notes: [...(state.approvals[id]?.notes ?? []), note] });
}

/** A signal ends the wait for it; one that nobody waits for yet is kept for the step that will. */
function signal(state: RunState, name: string, data: Json): RunState {
  return { ...state, signals: { ...state.signals, [name]: data } };
}

function consumed(state: RunState, step: string): RunState {
  const node = nodeOf(state, step);
  if (node.status !== 'waiting' || node.signal === null) return state;
  const { [node.signal]: _, ...signals } = state.signals;
  return { ...state, signals };
}

function finish(state: RunState, status: RunStatus, at: string, reason: string | null): RunState {
  return { ...state, status, finishedAt: at, reason };
}

/** The next execution of a node, ordered by people: attempts go on counting, retries start afresh. */
function nextRound(node: NodeState | undefined): NodeState {
  return !node ? freshNode : { ...freshNode, attempts: node.attempts, round: node.round + 1 };
}

function restart(state: RunState, steps: readonly string[], to: (key: string) => NodeState): RunState {
  const nodes = { ...state.nodes, ...Object.fromEntries(steps.map((key) => [key, to(key)])) };
  return { ...state, nodes, paused: false, finishedAt: null, reason: null, ending: null, overdueAt: null };
}

function request(state: RunState, event: Timed<Extract<RunEvent, { type: 'approval.requested' }>>): RunState {
  const { approvalId: id, step, plan, planDigest, rule, expiresAt, escalateAt } = event.data;
  const asked = { id, step, plan, planDigest, rule, expiresAt, escalateAt, requestedAt: event.at, escalated: false };
  const undecided = { decidedAt: null, decidedBy: null, reason: null, validUntil: null };
  const open: Approval = { ...asked, ...undecided, approvals: [], status: 'open' };
  const waiting = move(state, step, { status: 'awaiting_approval', approvalId: id });
  return { ...waiting, approvals: { ...waiting.approvals, [id]: open } };
}

type EventOf<Family extends string> = Timed<Extract<RunEvent, { type: `${Family}.${string}` }>>;

const isOf = <Family extends string>(family: Family, event: Timed<RunEvent>): event is EventOf<Family> =>
  event.type.startsWith(`${family}.`);

/** Folds one event into the state. Total over the union of run events. */
export function evolve(state: RunState, event: Timed<RunEvent>): RunState {
  if (isOf('step', event)) return evolveStep(state, event);
  if (isOf('approval', event)) return evolveApproval(state, event);
  if (isOf('drill', event)) return { ...state, drill: evolveDrill(state.drill, event) };
  const { at } = event;
  switch (event.type) {
    case 'run.started':
      return startRun(event);
    case 'run.admitted':
      return { ...state, status: 'running' };
    case 'run.paused':
      return { ...state, paused: true };
    case 'run.resumed':
      return { ...state, paused: false };
    case 'run.cancel_requested': {
      const { reason } = event.data;
      // What never held its key has nothing to clean up: it is at its end already.
      const ending = state.status === 'queued' ? { outcome: 'cancelled' as const, reason } : null;
      return { ...state, status: 'cancelling', paused: false, reason, ending };
    }
    case 'run.retried': {
      const again = restart(state, event.data.steps, (key) => nextRound(state.nodes[key]));
      const undoing = state.status === 'compensating' || state.status === 'compensation_failed';
      // A final step that is tried again changes nothing about the end that it belongs to.
      if (state.status === 'finishing') return { ...state, nodes: again.nodes };
      return { ...again, status: undoing ? 'compensating' : 'running', deadlineAt: event.data.deadlineAt };
    }
    case 'run.compensation_started': {
      const { steps, reason } = event.data;
      const undone = restart(state, steps, (key) => nextRound(state.nodes[key]));
      const drill = event.data.drill ? { ...freshDrill, undoingSince: at } : state.drill;
      return { ...undone, status: 'compensating', reason, drill };
    }
    case 'run.signalled':
      return signal(state, event.data.name, event.data.data);
    case 'run.overdue':
      return { ...state, overdueAt: at };
    case 'run.finishing': {
      const { outcome, reason, again } = event.data;
      const { nodes } = restart(state, again ?? [], (key) => nextRound(state.nodes[key]));
      return { ...state, nodes, status: 'finishing', ending: { outcome, reason: reason ?? null } };
    }
    case 'run.succeeded':
      return { ...finish(state, 'succeeded', at, null), outputs: event.data.outputs ?? {} };
    case 'run.failed':
      return finish(state, 'failed', at, event.data.reason);
    case 'run.cancelled':
      return finish(state, 'cancelled', at, state.reason);
    case 'run.compensated':
      return finish(state, 'compensated', at, state.reason);
    case 'run.compensation_failed':
      return finish(state, 'compensation_failed', at, event.data.reason);
    default:
      return assertNever(event);
  }
}

function evolveApproval(state: RunState, event: EventOf<'approval'>): RunState {
  const { at, actor } = event;
  switch (event.type) {
    case 'approval.requested':
      return request(state, event);
    case 'approval.recorded': {
      const approvals = [...(state.approvals[event.data.approvalId]?.approvals ?? []), { actor, at }];
      return setApproval(state, event.data.approvalId, { approvals });
    }
    case 'approval.granted': {
      const { approvalId, validUntil, step } = event.data;
      const granted = setApproval(state, approvalId, {
        status: 'granted',
        decidedAt: at,
        decidedBy: actor,
        validUntil,
      });
      return move(granted, step, { status: 'ready', approvalId });
    }
    case 'approval.denied': {
      const reason = event.data.reason ?? null;
      return setApproval(state, event.data.approvalId, { status: 'denied', decidedAt: at, decidedBy: actor, reason });
    }
    case 'approval.escalated':
      return setApproval(state, event.data.approvalId, { escalated: true });
    case 'approval.questioned': {
      const { approvalId, question } = event.data;
      return noted(state, approvalId, { type: 'questioned', by: actor, at, question });
    }
    case 'approval.reassigned': {
      const { approvalId, to, reason = null } = event.data;
      const assigned = setApproval(state, approvalId, { assigned: to });
      return noted(assigned, approvalId, { type: 'reassigned', by: actor, at, to, reason });
    }
    case 'approval.reminded':
      return noted(state, event.data.approvalId, { type: 'reminded', by: actor, at });
    case 'approval.expired':
      return setApproval(state, event.data.approvalId, { status: 'expired', decidedAt: at });
    case 'approval.voided': {
      const { approvalId, reason, step } = event.data;
      return move(setApproval(state, approvalId, { status: 'voided', decidedAt: at, reason }), step, {
        status: 'pending',
      });
    }
    default:
      return assertNever(event);
  }
}

function evolveStep(state: RunState, event: EventOf<'step'>): RunState {
  const { at } = event;
  switch (event.type) {
    case 'step.skipped':
      return move(state, event.data.step, { status: 'skipped', reason: event.data.reason });
    case 'step.started': {
      const { step, attempt, round, fence, worker, approvalId, planDigest } = event.data;
      const before = nodeOf(state, step);
      const counted = { attempts: attempt, tries: before.tries + 1, firstStartedAt: before.firstStartedAt ?? at };
      const { acted, probe } = before;
      const { target } = event.data.plan;
      const targets = target === null || state.targets.includes(target) ? state.targets : [...state.targets, target];
      const running = {
        status: 'running',
        attempt,
        round,
        fence,
        worker,
        startedAt: at,
        approvalId,
        planDigest,
      } as const;
      return { ...setNode(state, step, { ...running, ...counted, acted, probe }), fence, targets };
    }
    case 'step.waiting': {
      const { step, until, signal } = event.data;
      return move(state, step, { status: 'waiting', until, since: at, signal: signal ?? null });
    }
    case 'step.expanded':
      return { ...state, expansions: { ...state.expansions, [event.data.step]: event.data.items } };
    case 'step.held': {
      const { step, until, reason } = event.data;
      const error = { class: 'transient' as const, code: 'target_left_alone', message: reason };
      const approvalId = approvalOf(nodeOf(state, step));
      return move(state, step, { status: 'retry_wait', retryAt: until, error, approvalId });
    }
    case 'step.delegated': {
      const { step, childRunId, order } = event.data;
      const delegated = move(state, step, { status: 'delegated', childRunId, since: at });
      if (order === 'compensate') return delegated;
      return { ...delegated, children: { ...state.children, [step]: [...(state.children[step] ?? []), childRunId] } };
    }
    case 'step.acted': {
      const { step, output } = event.data;
      const node = nodeOf(state, step);
      if (node.status === 'delegated') return complete(state, step);
      return node.status === 'running' ? complete(setNode(state, step, { ...node, acted: { output } }), step) : state;
    }
    case 'step.succeeded': {
      const { step, output, artifacts, byPerson } = event.data;
      const markedBy = byPerson ? { markedBy: event.actor } : {};
      return complete(
        move(consumed(state, step), step, { status: 'succeeded', output, at, artifacts, ...markedBy, ...nothingKnown }),
        step,
      );
    }
    case 'step.failed': {
      const { step, error, escalated } = event.data;
      return move(state, step, { status: 'failed', error, at, escalated: escalated === true, ...nothingKnown });
    }
    case 'step.retry_scheduled': {
      const { step, retryAt, error } = event.data;
      const approvalId = approvalOf(nodeOf(state, step));
      return move(state, step, { status: 'retry_wait', retryAt, error, approvalId, ...nothingKnown });
    }
    case 'step.outcome_unknown': {
      const { step, reason, resolution, output } = event.data;
      const node = nodeOf(state, step);
      const approvalId = approvalOf(node);
      const unknown = { status: 'unknown', since: at, reason, approvalId } as const;
      if (resolution === 'ask') return move(state, step, output === undefined ? unknown : { ...unknown, output });
      return move(state, step, { status: 'ready', approvalId, probe: resolution === 'probe' });
    }
    case 'step.late_result':
      return state;
    default:
      return assertNever(event);
  }
}
