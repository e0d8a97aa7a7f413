// The state of one run, as a fold of its events. Pure: no clock, no I/O, no rules (those are in decide.ts and advance.ts).
import type { Alert } from '../alert.ts';
import type { Actor, ArtifactRef, Plan, RunEvent, RunTrigger, StepError } from '../events.ts';
import type { Json } from '../json.ts';
import type { ApprovalRule, PlaybookRef } from '../playbook/playbook.ts';
import { assertNever } from '../result.ts';

/** What every node has: `round` counts the executions that people asked for, `attempts` the tries within the round. */
type NodeBase = {
  readonly round: number;
  readonly attempts: number;
  readonly firstStartedAt: string | null;
};

/** The output of an action that is done while its verification is still to come. */
export type Acted = { readonly output: Json };

/** A node (a step, or its compensation under the key `<id>~undo`) in one of its states. */
export type NodeState = NodeBase &
  (
    | { readonly status: 'pending' }
    | { readonly status: 'awaiting_approval'; readonly approvalId: string }
    /** May start as soon as a worker takes it; `approvalId` is the approval it will start with. */
    | {
        readonly status: 'ready';
        readonly approvalId: string | null;
        readonly acted: Acted | null;
      }
    | {
        readonly status: 'running';
        readonly attempt: number;
        readonly fence: number;
        readonly worker: string;
        readonly startedAt: string;
        readonly approvalId: string | null;
        readonly planDigest: string;
        /** Set once the action itself is done and only its verification is left. */
        readonly acted: Acted | null;
      }
    | {
        readonly status: 'retry_wait';
        readonly retryAt: string;
        readonly error: StepError;
        readonly approvalId: string | null;
      }
    | {
        readonly status: 'waiting';
        readonly until: string;
        readonly since: string;
      }
    /** Whether the action took effect is unknown; people are asked. */
    | {
        readonly status: 'unknown';
        readonly since: string;
        readonly reason: string;
        readonly approvalId: string | null;
      }
    | {
        readonly status: 'succeeded';
        readonly output: Json;
        readonly at: string;
        readonly artifacts: readonly ArtifactRef[];
      }
    | {
        readonly status: 'failed';
        readonly error: StepError;
        readonly at: string;
      }
    | { readonly status: 'skipped'; readonly reason: string }
  );
export type NodeStatus = NodeState['status'];

/** One request for a human decision. */
export type Approval = {
  readonly id: string;
  readonly step: string;
  readonly plan: Plan;
  readonly planDigest: string;
  readonly rule: ApprovalRule;
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly escalateAt: string | null;
  readonly escalated: boolean;
  readonly approvals: readonly { readonly actor: Actor; readonly at: string }[];
  readonly status: 'open' | 'granted' | 'denied' | 'expired' | 'voided';
  readonly decidedAt: string | null;
  readonly decidedBy: Actor | null;
  readonly reason: string | null;
  readonly validUntil: string | null;
};

/** Where a run stands. The last five are ends; `compensation_failed` waits for people but nothing more happens by itself. */
export type RunStatus =
  | 'running'
  | 'cancelling'
  | 'compensating'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'compensated'
  | 'compensation_failed';

/** One run. */
export type RunState = {
  readonly runId: string;
  readonly incidentId: string;
  readonly playbook: PlaybookRef;
  readonly trigger: RunTrigger;
  readonly requestedBy: Actor;
  readonly inputs: { readonly [name: string]: Json };
  readonly env: { readonly [name: string]: string };
  readonly alert: Alert | null;
  readonly incident: {
    readonly id: string;
    readonly number: number;
    readonly title: string;
    readonly severity: number;
  };
  readonly status: RunStatus;
  readonly paused: boolean;
  readonly startedAt: string;
  readonly deadlineAt: string;
  readonly finishedAt: string | null;
  readonly reason: string | null;
  /** Counts starts; a result that carries an older fence comes from a worker that was overtaken. */
  readonly fence: number;
  readonly nodes: { readonly [key: string]: NodeState };
  /** Node keys in the order in which they succeeded. */
  readonly completed: readonly string[];
  readonly approvals: { readonly [id: string]: Approval };
};

const undoSuffix = '~undo';
/** Key of a step's compensation node. */
export const undoKey = (step: string): string => `${step}${undoSuffix}`;
/** True for the key of a compensation node. */
export const isUndo = (key: string): boolean => key.endsWith(undoSuffix);
/** The step id behind a node key. */
export const stepOf = (key: string): string => (isUndo(key) ? key.slice(0, -undoSuffix.length) : key);

/** True when nothing more happens in the run by itself. */
export function isTerminal(status: RunStatus): boolean {
  switch (status) {
    case 'running':
    case 'cancelling':
    case 'compensating':
      return false;
    case 'succeeded':
    case 'failed':
    case 'cancelled':
    case 'compensated':
    case 'compensation_failed':
      return true;
    default:
      return assertNever(status);
  }
}

/** A fact with the instant and author it was recorded with. */
export type Timed<E> = E & { readonly at: string; readonly actor: Actor };

const freshNode: NodeState = {
  status: 'pending',
  round: 1,
  attempts: 0,
  firstStartedAt: null,
};

/** The state that the first event of a run gives. */
export function startRun(event: Timed<Extract<RunEvent, { type: 'run.started' }>>): RunState {
  const { data } = event;
  return {
    runId: data.runId,
    incidentId: data.incidentId,
    playbook: data.playbook,
    trigger: data.trigger,
    requestedBy: event.actor,
    inputs: data.inputs,
    env: data.env,
    alert: data.alert,
    incident: data.incident,
    status: 'running',
    paused: false,
    startedAt: event.at,
    deadlineAt: data.deadlineAt,
    finishedAt: null,
    reason: null,
    fence: 0,
    nodes: Object.fromEntries(data.steps.map((step) => [step, freshNode])),
    completed: [],
    approvals: {},
  };
}

function nextRound(node: NodeState): NodeState {
  return { ...freshNode, attempts: node.attempts, round: node.round + 1 };
}

/** The state of a node; a node that no event has touched is pending. */
export function nodeOf(state: RunState, key: string): NodeState {
  return state.nodes[key] ?? freshNode;
}

function setNode(state: RunState, key: string, node: NodeState): RunState {
  return { ...state, nodes: { ...state.nodes, [key]: node } };
}

/** The next state of a node, keeping only what every node has from the one before. */
function move<N extends { status: NodeStatus }>(state: RunState, key: string, next: N): RunState {
  const { round, attempts, firstStartedAt } = nodeOf(state, key);
  return setNode(state, key, {
    round,
    attempts,
    firstStartedAt,
    ...next,
  } as unknown as NodeState);
}

function setApproval(state: RunState, id: string, change: Partial<Approval>): RunState {
  const approval = state.approvals[id];
  return approval
    ? {
        ...state,
        approvals: { ...state.approvals, [id]: { ...approval, ...change } },
      }
    : state;
}

/** The approval a node holds, if any. */
export function approvalOf(node: NodeState): string | null {
  return 'approvalId' in node ? node.approvalId : null;
}

function finish(state: RunState, status: RunStatus, at: string, reason: string | null): RunState {
  return { ...state, status, finishedAt: at, reason };
}

/** Folds one event into the state. Total over the union of run events. */
export function evolve(state: RunState, event: Timed<RunEvent>): RunState {
  const { at, actor } = event;
  switch (event.type) {
    case 'run.started':
      return startRun({ ...event });
    case 'step.skipped':
      return move(state, event.data.step, {
        status: 'skipped',
        reason: event.data.reason,
      });
    case 'approval.requested': {
      const { approvalId: id, step, plan, planDigest, rule, expiresAt, escalateAt } = event.data;
      const open: Approval = {
        ...{
          id,
          step,
          plan,
          planDigest,
          rule,
          expiresAt,
          escalateAt,
          requestedAt: at,
          escalated: false,
          approvals: [],
        },
        ...{
          status: 'open',
          decidedAt: null,
          decidedBy: null,
          reason: null,
          validUntil: null,
        },
      };
      const asked = move(state, step, {
        status: 'awaiting_approval',
        approvalId: id,
      });
      return { ...asked, approvals: { ...asked.approvals, [id]: open } };
    }
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
      return move(granted, step, { status: 'ready', approvalId, acted: null });
    }
    case 'approval.denied': {
      const reason = event.data.reason ?? null;
      return setApproval(state, event.data.approvalId, {
        status: 'denied',
        decidedAt: at,
        decidedBy: actor,
        reason,
      });
    }
    case 'approval.escalated':
      return setApproval(state, event.data.approvalId, { escalated: true });
    case 'approval.expired':
      return setApproval(state, event.data.approvalId, {
        status: 'expired',
        decidedAt: at,
      });
    case 'approval.voided': {
      const { approvalId, reason, step } = event.data;
      const voided = setApproval(state, approvalId, {
        status: 'voided',
        decidedAt: at,
        reason,
      });
      return move(voided, step, { status: 'pending' });
    }
    case 'step.started': {
      const { step, attempt, round, fence, worker, approvalId, planDigest } = event.data;
      const before = nodeOf(state, step);
      const acted = before.status === 'ready' ? before.acted : null;
      return {
        ...setNode(state, step, {
          ...{
            status: 'running',
            attempt,
            round,
            fence,
            worker,
            startedAt: at,
            approvalId,
            planDigest,
            acted,
          },
          ...{
            attempts: before.attempts + 1,
            firstStartedAt: before.firstStartedAt ?? at,
          },
        }),
        fence,
      };
    }
    case 'step.waiting':
      return move(state, event.data.step, {
        status: 'waiting',
        until: event.data.until,
        since: at,
      });
    case 'step.acted': {
      const node = nodeOf(state, event.data.step);
      return node.status === 'running'
        ? setNode(state, event.data.step, {
            ...node,
            acted: { output: event.data.output },
          })
        : state;
    }
    case 'step.succeeded': {
      const { step, output, artifacts } = event.data;
      const done = move(state, step, {
        status: 'succeeded',
        output,
        at,
        artifacts,
      });
      return { ...done, completed: [...done.completed, step] };
    }
    case 'step.failed':
      return move(state, event.data.step, {
        status: 'failed',
        error: event.data.error,
        at,
      });
    case 'step.retry_scheduled': {
      const { step, retryAt, error } = event.data;
      const approvalId = approvalOf(nodeOf(state, step));
      return move(state, step, {
        status: 'retry_wait',
        retryAt,
        error,
        approvalId,
      });
    }
    case 'step.outcome_unknown': {
      const { step, reason, resolution } = event.data;
      const node = nodeOf(state, step);
      const approvalId = approvalOf(node);
      return resolution === 'repeat'
        ? move(state, step, {
            status: 'ready',
            approvalId,
            acted: node.status === 'running' ? node.acted : null,
          })
        : move(state, step, {
            status: 'unknown',
            since: at,
            reason,
            approvalId,
          });
    }
    case 'step.late_result':
      return state;
    case 'run.paused':
      return { ...state, paused: true };
    case 'run.resumed':
      return { ...state, paused: false };
    case 'run.cancel_requested':
      return {
        ...state,
        status: 'cancelling',
        paused: false,
        reason: event.data.reason,
      };
    case 'run.retried':
      return event.data.steps.reduce<RunState>(
        (next, key) =>
          setNode(next, key, {
            ...freshNode,
            round: nodeOf(next, key).round + 1,
          }),
        {
          ...state,
          deadlineAt: event.data.deadlineAt,
          status: event.data.steps.some(isUndo) ? 'compensating' : 'running',
          finishedAt: null,
          reason: null,
        },
      );
    case 'run.compensation_started':
      return event.data.steps.reduce<RunState>((next, key) => setNode(next, key, freshNode), {
        ...state,
        status: 'compensating',
        paused: false,
        finishedAt: null,
        reason: event.data.reason,
      });
    case 'run.succeeded':
      return finish(state, 'succeeded', at, null);
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
