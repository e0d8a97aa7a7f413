// What a run is: the types of its state, and small questions about it. The fold is in evolve.ts, the rules in decide.ts and advance.ts.
import type { Alert } from '../alert/alert.ts';
import type { Actor, ArtifactRef, Plan, RunTrigger, StepError } from '../events.ts';
import type { Json } from '../json.ts';
import type { ApprovalRule, PlaybookRef } from '../playbook/playbook.ts';
import { assertNever } from '../result.ts';
import type { ApprovalNote, GateStanding } from './approval-note.ts';
import type { RunException, RunGate } from './gate.ts';

/**
 * What every node has: `attempts` counts all tries; `round` the executions that people asked for; `tries` and
 * `firstStartedAt` belong to the round and bound its retries. `acted` and `probe` say what the next start must know, through
 * whatever comes between.
 */
type NodeBase = {
  readonly attempts: number;
  readonly round: number;
  readonly tries: number;
  readonly firstStartedAt: string | null;
  /** Set, to its output, once the action itself is done and only its verification is left. */
  readonly acted: { readonly output: Json } | null;
  /** True: the action's own probe says first whether it took effect already. */
  readonly probe: boolean;
};

/** A node (a step, or its compensation under the key `<id>~undo`) in one of its states. */
export type NodeState = NodeBase &
  (
    | { readonly status: 'pending' }
    | { readonly status: 'awaiting_approval'; readonly approvalId: string }
    /** May start as soon as a worker takes it; `approvalId` is the approval it will start with. */
    | { readonly status: 'ready'; readonly approvalId: string | null }
    | {
        readonly status: 'running';
        readonly attempt: number;
        readonly fence: number;
        readonly worker: string;
        readonly startedAt: string;
        readonly approvalId: string | null;
        readonly planDigest: string;
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
        /** What ends it before its time; null: nothing but the time does. */
        readonly signal: string | null;
      }
    /** Another run carries it out. */
    | { readonly status: 'delegated'; readonly childRunId: string; readonly since: string }
    /** Whether the action took effect is unknown; people are asked. */
    | {
        readonly status: 'unknown';
        readonly since: string;
        readonly reason: string;
        readonly approvalId: string | null;
        /** What the action had said by then; absent: nothing is known of that. */
        readonly output?: Json;
      }
    | {
        readonly status: 'succeeded';
        readonly output: Json;
        readonly at: string;
        readonly artifacts: readonly ArtifactRef[];
        /** Who said that it is done; absent: the action did. */
        readonly markedBy?: Actor;
      }
    | {
        readonly status: 'failed';
        readonly error: StepError;
        readonly at: string;
        /** True: the run stands still here until people decide (`onFailure: escalate`). */
        readonly escalated: boolean;
      }
    | { readonly status: 'skipped'; readonly reason: string }
  );
/** How a node stands. */
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
  /** `as`: names that counted for thresholds; absent: the rule has none. */
  readonly approvals: readonly { readonly actor: Actor; readonly at: string; readonly as?: readonly string[] }[];
  readonly status: 'open' | 'granted' | 'denied' | 'expired' | 'voided';
  readonly decidedAt: string | null;
  readonly decidedBy: Actor | null;
  readonly reason: string | null;
  readonly validUntil: string | null;
  /** Who is asked in the place of the rule's `from`; absent: it was never reassigned. */
  readonly assigned?: readonly string[];
  /** When that ends by itself; absent: with the request. */
  readonly assignedUntil?: string;
  /** Rungs of a ladder that were called; absent: one if `escalated`. */
  readonly rungs?: number;
  /** Who may decide in the place of a group in which nobody may; absent: nobody. */
  readonly fallenBackTo?: readonly string[];
  /** What the checks said last, by their names; absent: nothing. */
  readonly gates?: { readonly [name: string]: GateStanding };
  /** Absent: nobody did anything but decide. */
  readonly notes?: readonly ApprovalNote[];
  /** What policies and freezes have to do with it; absent: nothing. */
  readonly because?: readonly string[];
};

/** How a run can end for good. */
export type Ending = 'succeeded' | 'failed' | 'cancelled' | 'compensated';

/**
 * Where a run stands. `queued`: another run holds its concurrency key; `finishing`: only its `finally` steps are left. The
 * last five are ends; `compensation_failed` waits for people but nothing more happens by itself.
 */
export type RunStatus =
  | 'queued'
  | 'running'
  | 'cancelling'
  | 'compensating'
  | 'finishing'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'compensated'
  | 'compensation_failed';

/** What is known of a judged drill. */
export type DrillRecord = {
  /** Since when what it did is being undone as a part of it; null: its run has not succeeded, or nothing is to be undone. */
  readonly undoingSince: string | null;
  /** null: it is under way. The first one stands: what people mend afterwards is no exercise. */
  readonly outcome: 'passed' | 'failed' | null;
  readonly endedAt: string | null;
  /** Why it failed. */
  readonly reason: string | null;
  /** Steps of which it has shown that they can be undone. */
  readonly undone: readonly string[];
};

/** One run. */
export type RunState = {
  readonly runId: string;
  readonly incidentId: string;
  readonly playbook: PlaybookRef;
  readonly trigger: RunTrigger;
  readonly requestedBy: Actor;
  /** Who answered for the version when the run started; absent: nobody was known to. */
  readonly author?: Actor;
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
  /** Counts starts; a result that carries an older fence comes from a worker that has lost the step. */
  readonly fence: number;
  readonly nodes: { readonly [key: string]: NodeState };
  /** Keys of the nodes whose action took effect, in the order in which they were done with it; each once. */
  readonly completed: readonly string[];
  readonly approvals: { readonly [id: string]: Approval };
  /** Items of the `forEach` steps that have been entered. */
  readonly expansions: { readonly [step: string]: readonly Json[] };
  /** Signals that came before anything waited for them. */
  readonly signals: { readonly [name: string]: Json };
  /** Runs that steps were delegated to, by step, the latest last. */
  readonly children: { readonly [step: string]: readonly string[] };
  /** Distinct targets of what was started. */
  readonly targets: readonly string[];
  readonly concurrencyKey: string | null;
  readonly cooldownKey: string | null;
  /** People who must agree before anything starts, and why. */
  readonly gate: RunGate | null;
  /** Where it acts; absent: nothing says so. */
  readonly environment?: string;
  /** Digest of the rule book that it started under; absent: nothing was ruled. */
  readonly rulebook?: string;
  /** What rules last said, by node, so that the same is not recorded twice; and why no freeze holds it any more. */
  readonly judged: { readonly [key: string]: string };
  readonly exception: RunException | null;
  readonly overdueAt: string | null;
  /** What the run ends as once its `finally` steps are over. */
  readonly ending: { readonly outcome: Ending; readonly reason: string | null } | null;
  /** What the playbook says it gives to the run that called it. */
  readonly outputs: { readonly [name: string]: Json };
  /** What is known of it as a drill that is judged; null: it is none, or nothing is known yet. */
  readonly drill: DrillRecord | null;
};

const undoSuffix = '~undo';
/** Key of a step's compensation node. */
export const undoKey = (step: string): string => `${step}${undoSuffix}`;
/** True for the key of a compensation node. */
export const isUndo = (key: string): boolean => key.endsWith(undoSuffix);
/** The node that a compensation node undoes; any other node is its own. */
export const doneKey = (key: string): string => (isUndo(key) ? key.slice(0, -undoSuffix.length) : key);
/** Key of the node of one item of a `forEach` step. */
export const itemKey = (step: string, index: number): string => `${step}#${index}`;
/** The index of the item that a node is about; null: it is about the step as a whole. */
export function itemOf(key: string): number | null {
  const index = doneKey(key).split('#')[1];
  return index === undefined ? null : Number(index);
}
/** The step id behind a node key. */
export const stepOf = (key: string): string => doneKey(key).split('#')[0] ?? key;
/** The node that stands for people's agreement to start a run at all. */
export const gateKey = '~start';

/** True when nothing more happens in the run by itself. */
export function isTerminal(status: RunStatus): boolean {
  switch (status) {
    case 'queued':
    case 'running':
    case 'cancelling':
    case 'compensating':
    case 'finishing':
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

/** A node that nothing has happened to. */
export const freshNode: NodeState = {
  status: 'pending',
  attempts: 0,
  round: 1,
  tries: 0,
  firstStartedAt: null,
  acted: null,
  probe: false,
};

/** What a run is at its start and most runs never change: the fold begins with it, and the store leaves it out. */
export const blankRun = {
  paused: false,
  finishedAt: null,
  reason: null,
  fence: 0,
  completed: [],
  approvals: {},
  expansions: {},
  signals: {},
  children: {},
  targets: [],
  overdueAt: null,
  ending: null,
  outputs: {},
  drill: null,
  judged: {},
  exception: null,
} satisfies Partial<RunState>;

/** The state of a node; a node that no event has touched is pending. */
export function nodeOf(state: RunState, key: string): NodeState {
  return state.nodes[key] ?? freshNode;
}

/** An approval by id; ids come from outside, so names such as `constructor` must find nothing. */
export function findApproval(state: RunState, id: string | null): Approval | undefined {
  return id !== null && Object.hasOwn(state.approvals, id) ? state.approvals[id] : undefined;
}

/** The approval a node holds, if any. */
export function approvalOf(node: NodeState): string | null {
  return 'approvalId' in node ? node.approvalId : null;
}

/** The key under which a step's effect happens at most once: the same for every try of one round. */
export const idempotencyKeyOf = (runId: string, step: string, round: number): string => `${runId}/${step}/${round}`;
