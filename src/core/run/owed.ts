// What a run owes the world and when it next wants attention, from its state alone. Pure.
import { nextRung } from '../approval/ladder.ts';
import type { Playbook } from '../playbook/playbook.ts';
import { assertNever } from '../result.ts';
import { addMs, earliest } from '../time.ts';
import { findStep, openNodes } from './flow.ts';
import { type Approval, gateKey, isTerminal, isUndo, nodeOf, type RunState } from './state.ts';
import { eligible, stillMissing } from './who-decides.ts';

/** Something a run waits for, in words for people. */
export type Waiting = {
  readonly step: string | null;
  readonly kind:
    | 'approval'
    | 'retry'
    | 'timer'
    | 'signal'
    | 'decision'
    | 'worker'
    | 'paused'
    | 'queue'
    | 'run'
    | 'halted'
    | 'overdue';
  readonly since: string;
  /** When it ends by itself; null: only when somebody acts. */
  readonly until: string | null;
  readonly what: string;
  /** Who can unblock it. */
  readonly who: readonly string[];
};

/** Keys of the nodes that nothing but a worker is missing for at `at`; null: at any time. */
export function startableNodes(state: RunState, playbook: Playbook, at: string | null): readonly string[] {
  return openNodes(state, playbook).filter((key) => {
    const node = nodeOf(state, key);
    const isDue = node.status === 'retry_wait' && (at === null || at >= node.retryAt);
    return node.status === 'pending' || node.status === 'ready' || isDue;
  });
}

/** Worker pools that have steps to start at `at`; null: at any time. */
export function owedPools(state: RunState, playbook: Playbook, at: string | null): ReadonlySet<string> {
  return new Set(startableNodes(state, playbook, at).flatMap((key) => findStep(playbook, key)?.runsOn ?? []));
}

/**
 * Worker pools to wake when a run wants attention: those with steps to start now or later, else any one of its own. The run
 * may stand as it is until then, so a step that is tried again later must have its pool in it.
 */
export function poolsToWake(state: RunState, playbook: Playbook): readonly string[] {
  const owed = owedPools(state, playbook, null);
  return owed.size > 0 ? [...owed] : playbook.steps.slice(0, 1).map(({ runsOn }) => runsOn);
}

/** When a run takes longer than its playbook's SLA allows; null: it has none, or was noted already. */
export function overdueAt(state: RunState, playbook: Playbook): string | null {
  return playbook.sla === null || state.overdueAt !== null
    ? null
    : addMs(state.startedAt, playbook.sla.completeWithinMs);
}

/** A run that waits for another one is told when that ends; in case that is lost, it is advanced this often. */
const childPollMs = 30_000;

/** When the run next wants attention by itself: now, at a timer, or null for never (it ended or waits for people or a worker). */
export function wakeAt(state: RunState, playbook: Playbook, at: string): string | null {
  if (isTerminal(state.status)) return null;
  if (state.status === 'queued' || owedPools(state, playbook, at).size > 0) return at;
  let next: string | null = state.status === 'running' ? state.deadlineAt : null;
  next = earliest(next, overdueAt(state, playbook));
  if (Object.values(state.nodes).some(({ status }) => status === 'delegated'))
    next = earliest(next, addMs(at, childPollMs));
  for (const approval of Object.values(state.approvals)) {
    if (approval.status !== 'open') continue;
    next = earliest(next, approval.expiresAt);
    next = earliest(next, nextRung(approval)?.at ?? null);
    next = earliest(next, approval.assignedUntil ?? null);
  }
  for (const key of openNodes(state, playbook)) {
    const node = nodeOf(state, key);
    if (node.status === 'retry_wait') next = earliest(next, node.retryAt);
    if (node.status === 'waiting')
      next = earliest(next, node.signal !== null && Object.hasOwn(state.signals, node.signal) ? at : node.until);
  }
  return next;
}

/** Everything a run waits for: what, since when, until when, and who can unblock it. Empty: it ended. */
export function waitingFor(state: RunState): readonly Waiting[] {
  if (isTerminal(state.status)) return [];
  const operators = ['whoever may order runs'];
  const { startedAt: since } = state;
  const waits: Waiting[] = Object.entries(state.nodes).flatMap(([step]) => waitOf(state, step, operators) ?? []);
  if (state.status === 'queued') {
    const what = `another run that works on ${state.concurrencyKey}`;
    return [{ step: null, kind: 'queue', since, until: null, what, who: operators }];
  }
  const moved = lastMovedAt(state);
  if (state.paused)
    waits.unshift({ step: null, kind: 'paused', since: moved, until: null, what: 'the run is paused', who: operators });
  if (waits.length === 0)
    waits.push({
      step: null,
      kind: 'worker',
      since: moved,
      until: null,
      what: 'a worker to take the next step',
      who: [],
    });
  return waits;
}

/** When the last thing happened in it that its state tells: what waits as a whole has not waited for longer, however old the run is. */
function lastMovedAt({ startedAt, nodes, approvals }: RunState): string {
  const ofNodes = Object.values(nodes).flatMap((node) => {
    if ('at' in node) return [node.at];
    if ('since' in node) return [node.since];
    return 'startedAt' in node ? [node.startedAt] : [];
  });
  const ofApprovals = Object.values(approvals).map(({ decidedAt, requestedAt }) => decidedAt ?? requestedAt);
  return [startedAt, ...ofNodes, ...ofApprovals].toSorted().at(-1) ?? startedAt;
}

function waitOf(state: RunState, step: string, operators: readonly string[]): Waiting | null {
  const node = nodeOf(state, step);
  // Timers of nodes that the run has left behind (it is being undone or cancelled) no longer end anything.
  const current = state.status !== 'cancelling' && isUndo(step) === (state.status === 'compensating');
  switch (node.status) {
    case 'awaiting_approval': {
      const approval = state.approvals[node.approvalId];
      if (!approval) return null;
      const asked = step === gateKey ? 'the start of the run' : step;
      const what = waitedFor(approval, asked);
      const { requestedAt: since, expiresAt: until } = approval;
      return { step, kind: 'approval', since, until, what, who: eligible(approval) };
    }
    case 'retry_wait': {
      const since = node.firstStartedAt ?? state.startedAt;
      const what = `the next try of ${step} after: ${node.error.message}`;
      return current ? { step, kind: 'retry', since, until: node.retryAt, what, who: [] } : null;
    }
    case 'waiting': {
      const { since, until, signal } = node;
      const what = signal === null ? `the timer of ${step}` : `the signal ${signal} for ${step}`;
      return current ? { step, kind: signal === null ? 'timer' : 'signal', since, until, what, who: [] } : null;
    }
    case 'delegated': {
      const what = `run ${node.childRunId} that carries out ${step}`;
      return { step, kind: 'run', since: node.since, until: null, what, who: [] };
    }
    case 'unknown': {
      const what = `a decision: did ${step} take effect? (${node.reason})`;
      return { step, kind: 'decision', since: node.since, until: null, what, who: operators };
    }
    case 'failed': {
      const what = `a decision about ${step}, which failed: ${node.error.message}`;
      return current && node.escalated
        ? { step, kind: 'decision', since: node.at, until: null, what, who: operators }
        : null;
    }
    case 'running': {
      const what = `${node.worker} to finish ${step}`;
      return { step, kind: 'worker', since: node.startedAt, until: null, what, who: [] };
    }
    case 'pending':
    case 'ready':
    case 'succeeded':
    case 'skipped':
      return null;
    default:
      return assertNever(node);
  }
}

/** What a request waits for; of a rule that is more than a number, all of it. */
function waitedFor(approval: Approval, asked: string): string {
  const { thresholds, gates, quorum } = approval.rule;
  if (thresholds !== undefined || gates !== undefined)
    return `the approval of ${asked}: ${stillMissing(approval).join(', and ')}`;
  const missing = quorum - approval.approvals.length;
  return `${missing} approval${missing === 1 ? '' : 's'} of ${asked}`;
}
