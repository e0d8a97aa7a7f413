// Finds what no job points at any more: runs that are due, steps whose worker is gone, deliveries and channels left behind.
// With it, a lost job delays work and never loses it.
import { systemActor } from '../core/events.ts';
import { addMs, elapsedMs } from '../core/time.ts';
import type { DeliveryLedger } from '../ports/intake.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { SlackMessages } from '../ports/slack-memory.ts';
import type { DueRun, Wakeups, WorkerRegistry } from '../ports/work.ts';
import { type CommandDeps, handleCommand } from './handle-command.ts';

/** What reconciling needs. */
export type ReconcileDeps = CommandDeps & {
  readonly registry: WorkerRegistry;
  readonly deliveries: Pick<DeliveryLedger, 'waiting'>;
  readonly messages: Pick<SlackMessages, 'behind'> | null;
  readonly wakeups: Wakeups;
  /** False: who is silent may only not have been heard yet. */
  readonly steady: boolean;
};

/** A worker that has given no sign of life for this long is gone, in milliseconds. */
export const leaseMs = 10_000;
/** Wake-ups further away than this are left to a later look. */
export const horizonMs = 30_000;
const batch = 200;
const nobody = { actor: systemActor, cause: 'reconcile', offer: null };

/**
 * Tells, look by look, whether contact with the database has lasted long enough to judge others by their silence: after an
 * outage everybody has been silent, and needs a moment to say that they live.
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

/** One look at everything. */
export async function reconcile(deps: ReconcileDeps): Promise<void> {
  const now = new Date(deps.runtime.nowMs()).toISOString();
  for (const { runId, gone } of deps.steady ? await deps.registry.orphans(leaseMs) : [])
    await abandonSteps(deps, runId, gone);
  let unattended = batch;
  // All of them: runs that stay due (halted, or queued for a key) must not keep those behind them from being seen.
  for (let last: DueRun | null | undefined = null; last !== undefined; ) {
    const due: readonly DueRun[] = await deps.registry.due(addMs(now, horizonMs), batch, last);
    for (const { wakeAt, ...run } of due) {
      await deps.wakeups.wakeRun(run, Math.max(0, elapsedMs(now, wakeAt)));
      // Nobody comes: its pool may have no worker. Its timers and its deadline need none.
      if (elapsedMs(wakeAt, now) > leaseMs && unattended-- > 0)
        await handleCommand(deps, run.runId, { type: 'advance' }, nobody);
    }
    last = due.length < batch ? undefined : due.at(-1);
  }
  if (await deps.deliveries.waiting()) deps.wakeups.wakeIntake();
  for (const { incidentId, version } of (await deps.messages?.behind(batch)) ?? [])
    await deps.wakeups.wakeNotifier(incidentId, version);
}

/**
 * A worker that comes new looks itself at what is due in its pool: it may have what the workers before it lacked, and a
 * wake-up goes to any one of them.
 */
export async function takeUp(
  deps: Pick<ReconcileDeps, 'runtime' | 'registry'>,
  pool: string,
  dispatch: (runId: string) => Promise<void>,
): Promise<void> {
  const now = new Date(deps.runtime.nowMs()).toISOString();
  for (let last: DueRun | null | undefined = null; last !== undefined; ) {
    const due: readonly DueRun[] = await deps.registry.due(now, batch, last);
    for (const { runId, pools } of due) if (pools.includes(pool)) await dispatch(runId);
    last = due.length < batch ? undefined : due.at(-1);
  }
}

/** Tells a run that workers of its steps are gone; each step's replay policy says what becomes of it. */
async function abandonSteps(deps: ReconcileDeps, runId: string, gone: readonly string[]): Promise<void> {
  const loaded = await deps.store.loadRun(runId);
  for (const [step, node] of Object.entries(loaded?.run.nodes ?? {})) {
    if (node.status !== 'running' || !gone.includes(node.worker)) continue;
    const reason = `the worker ${node.worker} is gone; whether ${step} took effect is unknown`;
    await handleCommand(deps, runId, { type: 'abandon', step, fence: node.fence, reason }, nobody);
  }
}
