// What a run owes the world and when it next wants attention, from its state alone. Pure.
import type { Playbook } from '../playbook/playbook.ts';
import { earliest } from '../time.ts';
import { compensable, findStep } from './draft.ts';
import { isTerminal, isUndo, nodeOf, type RunState } from './state.ts';

/** Something a run waits for, in words for people. */
export type Waiting = {
  readonly step: string | null;
  readonly kind: 'approval' | 'retry' | 'timer' | 'decision' | 'worker' | 'paused';
  readonly since: string;
  /** When it ends by itself; null: only when somebody acts. */
  readonly until: string | null;
  readonly what: string;
  /** Who can unblock it. */
  readonly who: readonly string[];
};

/** Worker pools that have steps to start at `at`. */
export function owedPools(state: RunState, playbook: Playbook, at: string): ReadonlySet<string> {
  const pools = new Set<string>();
  if (isTerminal(state.status) || state.paused || state.status === 'cancelling') return pools;
  const settled = new Set(
    playbook.steps
      .filter((step) => {
        const { status } = nodeOf(state, step.id);
        return status === 'succeeded' || status === 'skipped' || (status === 'failed' && step.onFailure === 'continue');
      })
      .map(({ id }) => id),
  );
  const blocked = playbook.steps.some(
    ({ id, onFailure }) =>
      nodeOf(state, id).status === 'failed' && (onFailure === 'stop' || onFailure === 'compensate'),
  );
  const undo = compensable(state, playbook)[0];
  for (const [key, node] of Object.entries(state.nodes)) {
    const step = findStep(playbook, key);
    if (!step) continue;
    const mayRun = state.status === 'compensating' ? key === undo : !isUndo(key) && !blocked;
    if (!mayRun) continue;
    const free = isUndo(key) || step.needs.every((id) => settled.has(id));
    const startable =
      node.status === 'ready' ||
      (node.status === 'pending' && free) ||
      (node.status === 'retry_wait' && at >= node.retryAt);
    if (startable) pools.add(step.runsOn);
  }
  return pools;
}

/** When the run next wants attention by itself: now, at a timer, or null for never (it ended or waits for people or a worker). */
export function wakeAt(state: RunState, playbook: Playbook, at: string): string | null {
  if (isTerminal(state.status)) return null;
  if (owedPools(state, playbook, at).size > 0) return at;
  let next: string | null = state.status === 'running' ? state.deadlineAt : null;
  for (const approval of Object.values(state.approvals)) {
    if (approval.status !== 'open') continue;
    next = earliest(next, approval.expiresAt);
    if (!approval.escalated) next = earliest(next, approval.escalateAt);
  }
  if (state.paused) return next;
  for (const node of Object.values(state.nodes)) {
    if (node.status === 'retry_wait') next = earliest(next, node.retryAt);
    if (node.status === 'waiting') next = earliest(next, node.until);
  }
  return next;
}

/** Everything a run waits for: what, since when, until when, and who can unblock it. Empty: it ended. */
export function waitingFor(state: RunState): readonly Waiting[] {
  const operators = ['anyone who may run /firebreak'];
  if (isTerminal(state.status)) return [];
  const waits: Waiting[] = [];
  if (state.paused)
    waits.push({
      step: null,
      kind: 'paused',
      since: state.startedAt,
      until: null,
      what: 'the run is paused',
      who: operators,
    });
  for (const [step, node] of Object.entries(state.nodes)) {
    if (node.status === 'awaiting_approval') {
      const approval = state.approvals[node.approvalId];
      if (!approval) continue;
      const who = approval.escalated ? [...approval.rule.from, ...approval.rule.escalate] : approval.rule.from;
      const missing = approval.rule.quorum - approval.approvals.length;
      const what = `${missing} approval${missing === 1 ? '' : 's'} of ${step}`;
      waits.push({ step, kind: 'approval', since: approval.requestedAt, until: approval.expiresAt, what, who });
    } else if (node.status === 'retry_wait') {
      const what = `the next try of ${step}`;
      waits.push({
        step,
        kind: 'retry',
        since: node.firstStartedAt ?? state.startedAt,
        until: node.retryAt,
        what,
        who: [],
      });
    } else if (node.status === 'waiting') {
      waits.push({ step, kind: 'timer', since: node.since, until: node.until, what: `the timer of ${step}`, who: [] });
    } else if (node.status === 'unknown') {
      const what = `a decision: did ${step} take effect? (${node.reason})`;
      waits.push({ step, kind: 'decision', since: node.since, until: null, what, who: operators });
    } else if (node.status === 'failed' && state.status === 'running') {
      const what = `a decision about ${step}, which failed: ${node.error.message}`;
      waits.push({ step, kind: 'decision', since: node.at, until: null, what, who: operators });
    } else if (node.status === 'running') {
      const what = `${node.worker} to finish ${step}`;
      waits.push({ step, kind: 'worker', since: node.startedAt, until: null, what, who: [] });
    }
  }
  return waits;
}
