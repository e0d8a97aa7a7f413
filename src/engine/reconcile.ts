// Finds what no job points at any more: runs that are due, steps whose worker is gone, deliveries and channels left behind.
// With it, a lost job delays work and never loses it.
import { systemActor } from '../core/events.ts';
import { addMs, elapsedMs } from '../core/time.ts';
import type { DeliveryLedger, SlackMessages, Wakeups, WorkerRegistry } from '../ports.ts';
import { type CommandDeps, handleCommand } from './handle-command.ts';

/** What reconciling needs. */
export type ReconcileDeps = CommandDeps & {
  readonly registry: WorkerRegistry;
  readonly deliveries: Pick<DeliveryLedger, 'waiting'>;
  readonly messages: Pick<SlackMessages, 'behind'> | null;
  readonly wakeups: Wakeups;
  readonly leaseMs: number;
};

/** Wake-ups further away than this are left to a later look. */
export const horizonMs = 30_000;
const batch = 200;
const nobody = { actor: systemActor, cause: 'reconcile', offer: null };

/** One look at everything. */
export async function reconcile(deps: ReconcileDeps): Promise<void> {
  const now = new Date(deps.host.nowMs()).toISOString();
  for (const { runId, gone } of await deps.registry.orphans(deps.leaseMs)) await abandonSteps(deps, runId, gone);
  for (const { runId, version, wakeAt, pools } of await deps.registry.due(addMs(now, horizonMs), batch)) {
    await deps.wakeups.wakeRun(runId, version, Math.max(0, elapsedMs(now, wakeAt)), pools);
    // Nobody comes: its pool may have no worker. Its timers and its deadline need none.
    if (elapsedMs(wakeAt, now) > deps.leaseMs) await handleCommand(deps, runId, { type: 'advance' }, nobody);
  }
  if (await deps.deliveries.waiting()) deps.wakeups.wakeIntake();
  for (const { incidentId, version } of (await deps.messages?.behind(batch)) ?? [])
    await deps.wakeups.wakeNotifier(incidentId, version);
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
