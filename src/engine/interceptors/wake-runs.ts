// The wake-up rule: what a durable change sets in motion. The steps it started for this worker begin, runs that depend on it are
// told, and what is due soon gets a job. A job that is lost is made good by the reconciler.
import { elapsedMs } from '../../core/time.ts';
import type { IncidentChange } from '../../ports/ledger.ts';
import type { Log, Runtime } from '../../ports/runtime.ts';
import type { Wakeups } from '../../ports/work.ts';
import type { Dispatcher } from '../runs/dispatch-run.ts';
import type { Driver } from '../runs/drive-run.ts';
import type { InterceptorDefinition } from './definition.ts';
import type { Interceptor } from './interceptor.ts';

/** Wake-ups further away than this, in milliseconds, are left to the reconciler. */
export const horizonMs = 30_000;

/** What waking needs. `driver` and `dispatcher` are asked for when something has changed, not before. */
export type WakeParts = {
  readonly driver: () => Pick<Driver, 'follow' | 'term'>;
  readonly dispatcher: () => Pick<Dispatcher, 'notifyDependents'>;
  readonly wakeups: Pick<Wakeups, 'wakeRun'>;
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly log: Log;
  /** This process as a worker. */
  readonly worker: string;
};

/** Sets in motion what follows from every append. */
export const wakeRuns = (parts: WakeParts): Interceptor => ({
  name: 'wake-runs',
  async append(changes, next) {
    const term = parts.driver().term();
    const appended = await next();
    if (appended !== 'appended') return appended;
    for (const change of changes) if (change.stream === 'incident') follow(parts, change, term);
    return appended;
  },
});

function follow(
  { driver, dispatcher, wakeups, runtime, log, worker }: WakeParts,
  change: IncidentChange,
  term: number | null,
): void {
  driver().follow(change, term);
  for (const { state, wakeAt, pools } of change.runs) {
    void dispatcher()
      .notifyDependents(state)
      .catch((error) => log.warn({ err: error }, 'another run could not be told; the reconciler will find it'));
    const held = Object.values(state.nodes).some((node) => node.status === 'running' && node.worker === worker);
    // A run that this process holds a step of is driven on when that step ends.
    if (wakeAt === null || held) continue;
    const delayMs = Math.max(0, elapsedMs(new Date(runtime.nowMs()).toISOString(), wakeAt));
    const { version } = change.head;
    const { severity } = change.incident;
    if (delayMs <= horizonMs) void wakeups.wakeRun({ runId: state.runId, version, pools, severity }, delayMs);
  }
}

/** The wake-up rule: on what all others have let through. */
export const wakeUpRule: InterceptorDefinition = {
  place: 'outer',
  make: ({ ports, options, driver, dispatcher }) =>
    wakeRuns({
      driver,
      dispatcher,
      wakeups: ports.wakeups,
      runtime: ports.runtime,
      log: ports.log,
      worker: options.worker,
    }),
};
