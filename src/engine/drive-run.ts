// Performs the steps that the ledger says this worker has started. Each result is committed together with the next start, so
// a run goes on without a queue in between. One process drives many runs; the ledger decides who wins a step.
import { setTimeout as pause } from 'node:timers/promises';
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
  /** Resolves with the number of steps there is room for, at least one; with 1 while stopping. */
  readonly room: () => Promise<number>;
  /** Looks at a run and starts what it owes, as far as there is room. */
  readonly drive: (loaded: LoadedRun) => Promise<void>;
  /** Performs the steps that a change has started for this worker. To be told of every change made in this process. */
  readonly follow: (change: Committed) => void;
  /**
   * Gives up steps that the ledger says this worker performs and that it knows nothing of, because the answer to their start
   * was lost. To be told of all runs it holds steps of, with every sign of life; what stays unknown for a lease is given up.
   */
  readonly disown: (holding: readonly string[]) => Promise<void>;
  /** Ends the actions of a run that is being cancelled. */
  readonly abort: (runId: string) => void;
  /** Starts nothing new, waits for actions under way until `graceMs` is over, then ends them. */
  readonly stop: (graceMs: number) => Promise<void>;
};

/** Steps of one run that one process performs at the same time. */
const capacityPerRun = 10;
/** A result that cannot be written down is kept and tried again this long, with pauses up to `maxPauseMs`. */
const keepResultMs = 10 * 60_000;
const maxPauseMs = 2000;
/** Signs of life, in which a step stays unknown, until it is given up: longer than a lease. */
const unknownBeats = 4;

/** A driver for one worker. */
export function createDriver(deps: DriverDeps): Driver {
  const controllers = new Map<string, Set<AbortController>>();
  const working = new Set<Promise<void>>();
  const waitingForRoom: (() => void)[] = [];
  /** Steps that are ours in the ledger only, and for how many signs of life. */
  let unknown = new Map<string, number>();
  let stopping = false;

  /** While the database is away the outcome of a step is not lost: it waits here. */
  async function persistently<T>(work: () => Promise<T>): Promise<T> {
    for (let waitedMs = 0, pauseMs = 50; ; waitedMs += pauseMs, pauseMs = Math.min(2 * pauseMs, maxPauseMs)) {
      try {
        return await work();
      } catch (error) {
        if (stopping || waitedMs >= keepResultMs) throw error;
        deps.log.warn({ error: String(error) }, 'the database does not answer; a step waits for it');
        await pause(pauseMs);
      }
    }
  }

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
    const abort = new AbortController();
    const own = controllers.get(runId) ?? new Set();
    controllers.set(runId, own.add(abort));
    deps.reach('step.started');
    if (isUndo(step)) deps.reach('compensation.started');
    let latest = loaded;
    try {
      const playbook = await persistently(() => deps.versions.byDigest(loaded.run.playbook.digest));
      if (!playbook) throw new Error(`run ${runId} is pinned to a playbook that is not stored`);
      const result = await runStep(deps, {
        ...{ playbook, run: loaded.run, step, attempt, idempotencyKey: cause, signal: abort.signal },
        channelId: loaded.incident.channel?.id ?? null,
        async acted(output) {
          deps.reach('action.done');
          const order = { ...reported, type: 'record_acted' as const, output };
          const handled = await persistently(() => command(runId, order, cause, latest));
          latest = handled?.loaded ?? latest;
          deps.reach('step.acted');
        },
      });
      if (nodeOf(latest.run, step).status === 'running' && result.outcome === 'succeeded') deps.reach('action.done');
      const order: RunCommand =
        result.outcome === 'succeeded'
          ? { ...reported, type: 'record_success', output: result.output, artifacts: result.artifacts }
          : { ...reported, type: 'record_failure', error: result.error, random: deps.host.random() };
      await persistently(() => command(runId, order, cause, latest));
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
        // All of them: who is let on may find nothing to start, and must not keep the others waiting for ever.
        for (const resume of waitingForRoom.splice(0)) resume();
      });
    working.add(tracked);
  }

  return {
    offer,
    async room() {
      while (!stopping && working.size >= deps.maxSteps)
        await new Promise<void>((resolve) => waitingForRoom.push(resolve));
      return Math.max(1, deps.maxSteps - working.size);
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
    async disown(holding) {
      const seen = new Map<string, number>();
      for (const runId of holding.filter((id) => !controllers.has(id))) {
        for (const [step, node] of Object.entries((await deps.store.loadRun(runId))?.run.nodes ?? {})) {
          if (node.status !== 'running' || node.worker !== deps.worker) continue;
          const key = `${runId}/${step}/${node.fence}`;
          const beats = (unknown.get(key) ?? 0) + 1;
          if (beats < unknownBeats) seen.set(key, beats);
          else {
            const reason = `${deps.worker} does not know of it; whether ${step} took effect is unknown`;
            await command(runId, { type: 'abandon', step, fence: node.fence, reason }, 'disown', null);
          }
        }
      }
      unknown = seen;
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
