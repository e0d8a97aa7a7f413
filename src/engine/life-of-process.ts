// How the work of one process begins, goes on and ends: leases, what is in force, what is left to do. Holds no rule.
import type { Admission } from './admission.ts';
import type { Intake } from './alerts/drain-intake.ts';
import type { MuteWatch } from './alerts/mute-watch.ts';
import type { EngineOptions, EnginePorts } from './engine-ports.ts';
import type { createCollector } from './evidence/collect-owed.ts';
import type { Lease } from './lease.ts';
import type { createReconciler } from './reconcile.ts';
import type { RollbackWatch } from './record/rollback-watch.ts';
import { abortCancelled } from './runs/abort-cancelled.ts';
import type { Driver } from './runs/drive-run.ts';

/** How the work of a process begins, goes on and ends. */
export function lifeOf(
  ports: EnginePorts,
  { worker, pool, works }: Pick<EngineOptions, 'worker' | 'pool' | 'works'>,
  given: {
    readonly lease: Lease;
    readonly watch: RollbackWatch;
    /** Reads what other processes have put in force: versions of playbooks, and rules. */
    readonly inForceNow: () => Promise<void>;
    readonly admission: Admission;
    readonly mutes: MuteWatch;
    readonly driver: Driver;
    readonly reconciler: ReturnType<typeof createReconciler>;
    readonly collector: ReturnType<typeof createCollector>;
    readonly intake: Intake;
    readonly unlessStanding: (work: () => Promise<void>) => Promise<void>;
  },
) {
  const { registry, actions } = ports;
  const { lease, watch, inForceNow, admission, mutes, driver, reconciler, collector, intake, unlessStanding } = given;
  const renewLease = () => lease.renew(() => registry.heartbeat(worker, pool, [...actions.keys()]));
  return {
    async start() {
      await watch.look();
      await admission.refresh();
      await mutes.refresh();
      await inForceNow();
      if (works) await renewLease();
    },
    async reconcile() {
      await watch.look();
      await inForceNow();
      await (watch.standing() ? admission.refresh() : reconciler.reconcile());
    },
    async heartbeat() {
      const { holding, cancelling } = await renewLease();
      await abortCancelled(ports, driver, cancelling);
      await unlessStanding(() => driver.reclaim(holding));
    },
    async stop(graceMs: number) {
      await Promise.all([driver.stop(graceMs), collector.stop()]);
      await intake.idle();
      if (works) await registry.leave(worker);
    },
  };
}
