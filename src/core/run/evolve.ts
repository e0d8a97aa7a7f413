// Folds the events of a run into its state. Pure and total: no clock, no I/O, no rules (those are in decide.ts and advance.ts).
import type { RunEvent } from '../events.ts';
import type { Json } from '../json.ts';
import { assertNever } from '../result.ts';
import { evolveDrill, freshDrill } from './drill-record.ts';
import { evolveApproval } from './evolve-approval.ts';
import { excepted, noteJudged, ruledAtStart, waitingError } from './governed.ts';
import { move, setNode } from './move-node.ts';
import { finish, nextRound, restart } from './rounds.ts';
import { approvalOf, blankRun, freshNode, type NodeState, nodeOf, type RunState, type Timed } from './state.ts';

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
    ...ruledAtStart(data, actor, at),
  };
}

/** What an outcome leaves for the next start to know. */
const nothingKnown = { acted: null, probe: false } as const;

/** Notes that a node's action took effect: from here on it is something that can be undone. */
function complete(state: RunState, key: string): RunState {
  return { ...state, completed: [...state.completed.filter((other) => other !== key), key] };
}

/** A signal ends the wait for it; one that nobody waits for yet is kept for the step that will. */
const signal = (state: RunState, name: string, data: Json): RunState => ({
  ...state,
  signals: { ...state.signals, [name]: data },
});

function consumed(state: RunState, step: string): RunState {
  const node = nodeOf(state, step);
  if (node.status !== 'waiting' || node.signal === null) return state;
  const { [node.signal]: _, ...signals } = state.signals;
  return { ...state, signals };
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
    case 'policy.judged':
      return noteJudged(state, event.data);
    case 'run.excepted':
      return excepted(state, event);
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

function evolveStep(state: RunState, event: EventOf<'step'>): RunState {
  const { at } = event;
  switch (event.type) {
    case 'step.skipped':
      return move(state, event.data.step, { status: 'skipped', reason: event.data.reason });
    case 'step.started': {
      const { step, fence } = event.data;
      const { target } = event.data.plan;
      const targets = target === null || state.targets.includes(target) ? state.targets : [...state.targets, target];
      const running = runningAfter(nodeOf(state, step), event.data, at);
      return { ...setNode(state, step, running), fence, targets };
    }
    case 'step.waiting': {
      const { step, until, signal } = event.data;
      return move(state, step, { status: 'waiting', until, since: at, signal: signal ?? null });
    }
    case 'step.expanded':
      return { ...state, expansions: { ...state.expansions, [event.data.step]: event.data.items } };
    case 'step.held':
    case 'step.frozen': {
      const { step, until, reason } = event.data;
      const error = waitingError(event.type, reason);
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

type StepStarted = Extract<RunEvent, { type: 'step.started' }>['data'];

/** A node as an attempt begins. */
function runningAfter({ tries, firstStartedAt, acted, probe }: NodeState, data: StepStarted, at: string) {
  const { attempt, round, fence, worker, approvalId, planDigest } = data;
  return {
    status: 'running' as const,
    attempt,
    round,
    fence,
    worker,
    startedAt: at,
    approvalId,
    planDigest,
    attempts: attempt,
    tries: tries + 1,
    firstStartedAt: firstStartedAt ?? at,
    acted,
    probe,
  };
}
