// Finds what no job points at any more: runs and incidents that are due, steps whose worker is gone, deliveries and channels left
// behind. With it, a lost job delays work and never loses it.
import { systemPrincipal } from '../core/authority/principal.ts';
import { addMs, elapsedMs } from '../core/time.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { DueRun, WorkerRegistry } from '../ports/work.ts';
import type { Admission } from './admission.ts';
import type { AdvanceGroup } from './alerts/advance-group.ts';
import type { EnginePorts } from './engine-ports.ts';
import type { CommandIncident } from './incidents/incident-operations.ts';
import { horizonMs } from './interceptors/wake-runs.ts';
import { leaseMs } from './lease.ts';
import { believed } from './record/believed.ts';
import type { CommandRun } from './runs/command-run.ts';

/** What reconciling needs. */
export type ReconcilerParts = {
  readonly ports: Pick<
    EnginePorts,
    'runtime' | 'clock' | 'registry' | 'deliveries' | 'slackMessages' | 'wakeups' | 'events' | 'lookups' | 'groups'
  >;
  readonly admission: Pick<Admission, 'refresh'>;
  readonly mendAttention: () => Promise<void>;
  readonly commandRun: CommandRun;
  readonly commandIncident: CommandIncident;
  readonly advanceGroup: AdvanceGroup;
  /** Begins to fetch the evidence that an incident owes. */
  readonly collectEvidence: (incidentId: string) => Promise<void>;
  /** Takes what has changed about silences and windows, and records what has begun or ended. */
  readonly lookAtMutes: () => Promise<void>;
};

const batch = 200;
/** What was read longer ago than this, in milliseconds, ends no lease. Less than the time between two heartbeats. */
const staleMs = 2000;
const caller = { principal: systemPrincipal, cause: 'reconcile' };

/**
 * Tells, call by call, whether contact with the database has lasted long enough to end leases: after an outage no worker's heartbeat
 * is recent, and each needs a moment to send one.
 */
export function watchContact(runtime: Pick<Runtime, 'nowMs'>): () => boolean {
  let last: number | null = null;
  let waitUntil = Number.NEGATIVE_INFINITY;
  return () => {
    const now = runtime.nowMs();
    if (last !== null && Math.abs(now - last) > leaseMs / 2) waitUntil = now + leaseMs;
    last = now;
    // A clock that was set back must not make this last.
    return now >= waitUntil || waitUntil - now > leaseMs;
  };
}

/** The reconciler of one process. */
export function createReconciler(parts: ReconcilerParts): { readonly reconcile: () => Promise<void> } {
  const { ports, admission } = parts;
  const inContact = watchContact(ports.runtime);
  return {
    async reconcile() {
      await admission.refresh();
      await ports.clock.settle();
      const now = new Date(ports.runtime.nowMs()).toISOString();
      // Else a worker may live and its heartbeat only not have come through yet.
      if (inContact()) await abandonOrphans(parts);
      await parts.lookAtMutes();
      await parts.mendAttention();
      await wakeDueRuns(parts, now);
      // What is due is a matter for processes whose clocks agree.
      if (ports.clock.agrees()) {
        await advanceDueIncidents(parts, now);
        await advanceDueGroups(parts, now);
      }
      if (await ports.deliveries.waiting()) ports.wakeups.wakeIntake();
      for (const { incidentId, version } of (await ports.slackMessages?.behind(batch)) ?? [])
        ports.wakeups.wakeNotifier(incidentId, version);
    },
  };
}

/** All of them: runs that stay due (halted, or queued for a key) must not keep those behind them from being seen. */
async function wakeDueRuns({ ports, commandRun }: ReconcilerParts, now: string): Promise<void> {
  let unattended = batch;
  for await (const { wakeAt, ...run } of dueRuns(ports.registry, addMs(now, horizonMs))) {
    await ports.wakeups.wakeRun(run, Math.max(0, elapsedMs(now, wakeAt)));
    // Nothing comes: its pool may have no worker. Its timers and its deadline need none.
    if (ports.clock.agrees() && elapsedMs(wakeAt, now) > leaseMs && unattended-- > 0)
      await commandRun({ runId: run.runId, caller, right: 'order', command: { type: 'advance' }, offer: null });
  }
}

async function* dueRuns(registry: Pick<WorkerRegistry, 'due'>, at: string): AsyncGenerator<DueRun> {
  for (let last: DueRun | null = null; ; ) {
    const due: readonly DueRun[] = await registry.due(at, batch, last);
    yield* due;
    last = due.at(-1) ?? null;
    if (last === null || due.length < batch) return;
  }
}

/** Timers of incidents are few and cheap: every process advances what is due, and one of them wins. */
async function advanceDueIncidents(
  { ports, commandIncident, collectEvidence }: ReconcilerParts,
  now: string,
): Promise<void> {
  for (const incidentId of await ports.lookups.dueIncidents(now, batch)) {
    await commandIncident(caller, incidentId, { type: 'advance' });
    await collectEvidence(incidentId);
  }
}

/** The same for alert groups. */
async function advanceDueGroups({ ports, advanceGroup }: ReconcilerParts, now: string): Promise<void> {
  for (const groupId of await ports.groups.due(now, batch)) await advanceGroup(groupId);
}

/**
 * A worker that has just started dispatches what is due in its pool by itself: it may have the actions that the workers before it
 * lacked, and a wake-up goes to any one of them.
 */
export async function takeUp(
  { registry, runtime }: Pick<EnginePorts, 'runtime' | 'registry'>,
  pool: string,
  dispatch: (runId: string) => Promise<void>,
): Promise<void> {
  const now = new Date(runtime.nowMs()).toISOString();
  for await (const { runId, pools } of dueRuns(registry, now)) if (pools.includes(pool)) await dispatch(runId);
}

/**
 * Tells runs that workers of their steps are gone; each step's replay policy says what becomes of it. Whom the list calls gone may be back
 * when this process was stopped in between: then the next look finds who is gone.
 */
async function abandonOrphans({ ports, commandRun }: ReconcilerParts): Promise<void> {
  const lookedAtMs = ports.runtime.monotonicMs();
  const isStale = () => ports.runtime.monotonicMs() - lookedAtMs > staleMs;
  for (const { runId, gone } of await ports.registry.orphans(leaseMs)) {
    const loaded = await believed(ports.events.loadRun(runId));
    if (isStale()) return;
    for (const [step, node] of Object.entries(loaded?.run.nodes ?? {})) {
      if (node.status !== 'running' || !gone.includes(node.worker)) continue;
      const reason = `the worker ${node.worker} is gone; whether ${step} took effect is unknown`;
      const command = { type: 'abandon' as const, step, fence: node.fence, reason };
      await commandRun({ runId, caller, right: 'order', command, offer: null });
    }
  }
}
