// Performs the steps that the ledger says this worker has started. Each result is committed together with the next start, so
// a run goes on without a queue in between. One process drives many runs; the ledger decides who wins a step.
import { type Plan, type StoredEvent, systemActor } from '../core/events.ts';
import { breakerTarget } from '../core/run/breaker.ts';
import type { RunCommand } from '../core/run/decide.ts';
import type { Offer } from '../core/run/draft.ts';
import { isUndo, nodeOf } from '../core/run/state.ts';
import type { LoadedRun } from '../ports.ts';
import type { Brakes } from './brakes.ts';
import type { ReachFaultPoint } from './fault-points.ts';
import { type CommandDeps, handleCommand } from './handle-command.ts';
import type { Committed } from './ledger.ts';
import { type AttemptResult, runStep, type StepDeps } from './run-step.ts';

/** What driving runs needs. */
export type DriverDeps = CommandDeps &
  StepDeps & {
    readonly worker: string;
    readonly pool: string;
    /** Steps under way in this process, at most. */
    readonly maxSteps: number;
    readonly reach: ReachFaultPoint;
    readonly brakes: Pick<Brakes, 'halted' | 'leftAlone' | 'report'>;
  };

/** Drives runs in this process. */
export type Driver = {
  /** What this worker offers to start right now in a run that it holds `held` steps of; null while it is stopping. */
  readonly offer: (held?: number) => Offer | null;
  /** Resolves when there is room for another step; at once while stopping. */
  readonly room: () => Promise<void>;
  /** Looks at a run and starts what it owes, as far as there is room. */
  readonly drive: (loaded: LoadedRun) => Promise<void>;
  /** Performs the steps that a change has started for this worker. To be told of every change made in this process. */
  readonly follow: (change: Committed) => void;
  /** Ends the actions of a run that is being cancelled. */
  readonly abort: (runId: string) => void;
  /** Starts nothing new, waits for actions under way until `graceMs` is over, then ends them. */
  readonly stop: (graceMs: number) => Promise<void>;
};

/** Steps of one run that one process performs at the same time. */
const capacityPerRun = 10;

/** A driver for one worker. */
export function createDriver(deps: DriverDeps): Driver {
  const controllers = new Map<string, Set<AbortController>>();
  const working = new Set<Promise<void>>();
  const waitingForRoom: (() => void)[] = [];
  let stopping = false;

  const offer = (held = 0): Offer | null => {
    const free = Math.max(0, deps.maxSteps - working.size);
    const { worker, pool, actions, brakes } = deps;
    const { leftAlone } = brakes;
    const halted = (playbook: string) => brakes.halted(playbook) !== null;
    return stopping
      ? null
      : { worker, pool, actions, halted, leftAlone, capacity: Math.min(capacityPerRun, held + free) };
  };

  /** `held`: the steps of the run that this worker performs right now; the one that reports leaves its place to the next. */
  async function command(runId: string, order: RunCommand, cause: string, cached: LoadedRun | null) {
    const held = controllers.get(runId)?.size ?? 0;
    const meta = { actor: systemActor, cause, offer: offer(held) };
    const handled = await handleCommand(deps, runId, order, meta, cached);
    return handled.ok ? handled.value : null;
  }

  async function perform(event: StoredEvent, runId: string, loaded: LoadedRun): Promise<void> {
    const step = String(event.data.step);
    const attempt = Number(event.data.attempt);
    const fence = Number(event.data.fence);
    const reported = { step, attempt, fence, worker: deps.worker };
    const cause = String(event.data.idempotencyKey);
    const playbook = await deps.versions.byDigest(loaded.run.playbook.digest);
    if (!playbook) throw new Error(`run ${runId} is pinned to a playbook that is not stored`);
    const abort = new AbortController();
    const own = controllers.get(runId) ?? new Set();
    controllers.set(runId, own.add(abort));
    deps.reach('step.started');
    if (isUndo(step)) deps.reach('compensation.started');
    let latest = loaded;
    try {
      const result = await runStep(deps, {
        ...{ playbook, run: loaded.run, step, attempt, idempotencyKey: cause, signal: abort.signal },
        channelId: loaded.incident.channel?.id ?? null,
        async acted(output) {
          deps.reach('action.done');
          const handled = await command(runId, { ...reported, type: 'record_acted', output }, cause, latest);
          latest = handled?.loaded ?? latest;
          deps.reach('step.acted');
        },
      });
      if (nodeOf(latest.run, step).status === 'running' && result.outcome === 'succeeded') deps.reach('action.done');
      const order: RunCommand =
        result.outcome === 'succeeded'
          ? { ...reported, type: 'record_success', output: result.output, artifacts: result.artifacts }
          : { ...reported, type: 'record_failure', error: result.error, random: deps.host.random() };
      await command(runId, order, cause, latest);
      deps.reach('step.recorded');
      const target = breakerTarget(event.data.plan as Plan);
      if (target !== null) await reportTarget(target, result);
    } finally {
      own.delete(abort);
      if (own.size === 0) controllers.delete(runId);
    }
  }

  /** Only failures of the target itself speak against it. */
  async function reportTarget(target: string, result: AttemptResult): Promise<void> {
    if (result.outcome === 'succeeded') await deps.brakes.report(target, 'succeeded');
    else if (['transient', 'timeout', 'rate_limited'].includes(result.error.class))
      await deps.brakes.report(target, 'failed');
  }

  function track(work: Promise<void>): void {
    const tracked = work
      .catch((error) => deps.log.error({ err: error }, 'a result could not be recorded; its step will be found again'))
      .finally(() => {
        working.delete(tracked);
        // All of them: whoever goes on may find nothing to start and would wake nobody after him.
        for (const resume of waitingForRoom.splice(0)) resume();
      });
    working.add(tracked);
  }

  return {
    offer,
    async room() {
      while (!stopping && working.size >= deps.maxSteps)
        await new Promise<void>((resolve) => waitingForRoom.push(resolve));
    },
    async drive(loaded) {
      await this.room();
      await command(loaded.run.runId, { type: 'advance' }, 'wake', loaded);
    },
    follow(change) {
      for (const event of change.events) {
        if (event.type !== 'step.started' || event.data.worker !== deps.worker) continue;
        const runId = String(event.data.runId);
        const run = change.runs.find(({ state }) => state.runId === runId)?.state;
        if (run) track(perform(event, runId, { run, incident: change.incident, head: change.head }));
      }
    },
    abort(runId) {
      for (const controller of controllers.get(runId) ?? []) controller.abort();
    },
    async stop(graceMs) {
      stopping = true;
      for (const resume of waitingForRoom.splice(0)) resume();
      const timer = setTimeout(() => {
        for (const own of controllers.values()) for (const controller of own) controller.abort();
      }, graceMs);
      while (working.size > 0) await Promise.allSettled([...working]);
      clearTimeout(timer);
    },
  };
}
