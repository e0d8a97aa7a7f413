// Performs the steps that the ledger says this worker has started. Each result is committed together with the next start, so
// a run goes on without a queue in between. One process drives many runs; the ledger decides who wins a step.
import { setTimeout as pause } from 'node:timers/promises';
import { type RunEvent, systemActor } from '../../core/events.ts';
import { breakerTarget } from '../../core/run/circuit-breaker.ts';
import type { RunCommand } from '../../core/run/decide.ts';
import type { Offer } from '../../core/run/draft.ts';
import { idempotencyKeyOf, isUndo, nodeOf } from '../../core/run/state.ts';
import type { LoadedRun } from '../../ports/ledger.ts';
import type { Admission } from '../admission.ts';
import type { ReachFaultPoint } from '../fault-points.ts';
import { type CommandDeps, handleCommand } from '../handle-command.ts';
import type { Committed } from '../ledger.ts';
import { type AttemptResult, runStep, type StepDeps } from './run-step.ts';

/** What driving runs needs. */
export type DriverDeps = CommandDeps &
  StepDeps & {
    readonly worker: string;
    readonly pool: string;
    /** Steps under way in this process, at most. */
    readonly maxSteps: number;
    readonly reach: ReachFaultPoint;
    readonly admission: Pick<Admission, 'halted' | 'breakerOpenUntil' | 'report'>;
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
   * Settles steps that the ledger says this worker performs and that it does not: one whose start was committed while the answer
   * was lost is begun now, one whose result could not be recorded is given up. To be told of all runs it holds steps of, with
   * every sign of life; the second time counts.
   */
  readonly reclaim: (holding: readonly string[]) => Promise<void>;
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

type Data<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>['data'];

/** One start of one step by this worker. `target`: what its breaker counts; null: nothing. */
type Start = {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  readonly fence: number;
  readonly idempotencyKey: string;
  readonly target: string | null;
};
const keyOf = ({ runId, fence }: Pick<Start, 'runId' | 'fence'>) => `${runId}/${fence}`;

/** A driver for one worker. */
export function createDriver(deps: DriverDeps): Driver {
  const controllers = new Map<string, Set<AbortController>>();
  const working = new Set<Promise<void>>();
  const waitingForRoom: (() => void)[] = [];
  /** Starts that were begun here and whose results are not recorded yet. */
  const begun = new Map<string, 'under way' | 'unrecorded'>();
  /** Starts that are ours in the ledger only, as of the last sign of life. */
  let missing: ReadonlySet<string> = new Set();
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
    const { worker, pool, actions, admission } = deps;
    const { breakerOpenUntil } = admission;
    const halted = (playbook: string) => admission.halted(playbook) !== null;
    return stopping
      ? null
      : { worker, pool, actions, halted, breakerOpenUntil, capacity: Math.min(capacityPerRun, held + free) };
  };

  /** `held`: the steps of the run that this worker performs right now; the one that reports leaves its place to the next. */
  async function command(runId: string, order: RunCommand, cause: string, cached: LoadedRun | null) {
    const held = controllers.get(runId)?.size ?? 0;
    const meta = { actor: systemActor, cause, offer: offer(held) };
    const handled = await handleCommand(deps, runId, order, meta, cached);
    return handled.ok ? handled.value : null;
  }

  async function perform(start: Start, loaded: LoadedRun): Promise<void> {
    const { runId, step, attempt, fence, idempotencyKey: cause } = start;
    const reported = { step, attempt, fence, worker: deps.worker };
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
          : { ...reported, type: 'record_failure', error: result.error, random: deps.runtime.random() };
      await persistently(() => command(runId, order, cause, latest));
      begun.delete(keyOf(start));
      deps.reach('step.recorded');
      if (start.target !== null) await reportTarget(start.target, result);
    } finally {
      own.delete(abort);
      if (own.size === 0) controllers.delete(runId);
    }
  }

  /** Only failures of the target itself speak against it. */
  async function reportTarget(target: string, result: AttemptResult): Promise<void> {
    if (result.outcome === 'succeeded') await deps.admission.report(target, 'succeeded');
    else if (['transient', 'timeout', 'rate_limited'].includes(result.error.class))
      await deps.admission.report(target, 'failed');
  }

  function begin(start: Start, loaded: LoadedRun): void {
    begun.set(keyOf(start), 'under way');
    const tracked = perform(start, loaded)
      .catch((error) => {
        if (begun.has(keyOf(start))) begun.set(keyOf(start), 'unrecorded');
        deps.log.error({ err: error }, 'a result could not be recorded; its step will be found again');
      })
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
      for (const { type, data } of change.events) {
        if (type !== 'step.started' || data.worker !== deps.worker) continue;
        const { runId, step, attempt, fence, idempotencyKey, plan } = data as Data<'step.started'>;
        const run = change.runs.find(({ state }) => state.runId === runId)?.state;
        const start = { runId, step, attempt, fence, idempotencyKey, target: breakerTarget(plan, deps.traits) };
        if (run) begin(start, { run, incident: change.incident, head: change.head });
      }
    },
    async reclaim(holding) {
      const now = new Set<string>();
      for (const runId of holding) {
        const loaded = await deps.store.loadRun(runId);
        for (const [step, node] of Object.entries(loaded?.run.nodes ?? {})) {
          if (!loaded || node.status !== 'running' || node.worker !== deps.worker) continue;
          const { attempt, fence } = node;
          const key = keyOf({ runId, fence });
          if (begun.get(key) === 'under way') continue;
          now.add(key);
          // The first time the answer to that commit may still be under way.
          if (!missing.has(key) || stopping) continue;
          if (begun.has(key)) {
            const reason = `${deps.worker} could not record its result; whether ${step} took effect is unknown`;
            await command(runId, { type: 'abandon', step, fence, reason }, 'reclaim', null);
          } else {
            const idempotencyKey = idempotencyKeyOf(runId, step, node.round);
            begin({ runId, step, attempt, fence, idempotencyKey, target: null }, loaded);
          }
        }
      }
      missing = now;
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
