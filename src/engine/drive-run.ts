// Works through a run: starts what it may start, performs it, records the result together with the next start, until nothing
// is left to do in this pool. One process may drive many runs; the ledger decides who wins a step.
import { type StoredEvent, systemActor } from '../core/events.ts';
import type { RunCommand } from '../core/run/decide.ts';
import type { Offer } from '../core/run/draft.ts';
import { isUndo, nodeOf } from '../core/run/state.ts';
import type { LoadedRun } from '../ports.ts';
import type { ReachFaultPoint } from './fault-points.ts';
import { type CommandDeps, handleCommand } from './handle-command.ts';
import type { Committed } from './ledger.ts';
import { runStep, type StepDeps } from './run-step.ts';

/** What driving runs needs. */
export type DriverDeps = CommandDeps &
  StepDeps & { readonly worker: string; readonly pool: string; readonly reach: ReachFaultPoint };

/** Drives runs in this process. */
export type Driver = {
  /** What this worker offers to start right now; null while it is stopping. */
  readonly offer: () => Offer | null;
  /** Brings a run as far as it goes without waiting; resolves when this process has nothing left to do in it. */
  readonly drive: (runId: string) => Promise<void>;
  /** Performs the steps that a change has started for this worker, and drives on from there. */
  readonly follow: (change: Committed) => Promise<void>;
  /** Ends the actions of a run that is being cancelled. */
  readonly abort: (runId: string) => void;
  /** Starts nothing new, waits for actions under way until `graceMs` is over, then ends them. */
  readonly stop: (graceMs: number) => Promise<void>;
};

/** Steps of one run that one process performs at the same time. */
const capacityPerRun = 10;

type Started = { readonly event: StoredEvent; readonly runId: string };

/** A driver for one worker. */
export function createDriver(deps: DriverDeps): Driver {
  const underWay = new Map<string, Set<AbortController>>();
  const working = new Set<Promise<void>>();
  let stopping = false;

  const offer = (): Offer | null =>
    stopping ? null : { worker: deps.worker, pool: deps.pool, capacity: capacityPerRun };

  function startedHere(change: Committed | null): Started[] {
    return (change?.events ?? [])
      .filter(({ type, data }) => type === 'step.started' && data.worker === deps.worker)
      .map((event) => ({ event, runId: String(event.data.runId) }));
  }

  async function command(runId: string, order: RunCommand, cause: string, cached: LoadedRun | null) {
    const handled = await handleCommand(deps, runId, order, { actor: systemActor, cause, offer: offer() }, cached);
    return handled.ok ? handled.value : null;
  }

  /** Performs started steps; what each result starts is performed in turn. */
  async function perform(started: readonly Started[], loaded: LoadedRun): Promise<void> {
    await Promise.all(
      started.map(async ({ event, runId }) => {
        const handled = await performOne(event, runId, loaded);
        if (handled) await perform(startedHere(handled.change), handled.loaded);
      }),
    );
  }

  async function performOne(event: StoredEvent, runId: string, loaded: LoadedRun) {
    const step = String(event.data.step);
    const attempt = Number(event.data.attempt);
    const fence = Number(event.data.fence);
    const reported = { step, attempt, fence, worker: deps.worker };
    const cause = String(event.data.idempotencyKey);
    const playbook = await deps.versions.byDigest(loaded.run.playbook.digest);
    if (!playbook) throw new Error(`run ${runId} is pinned to a playbook that is not stored`);
    const abort = new AbortController();
    const controllers = underWay.get(runId) ?? new Set();
    underWay.set(runId, controllers.add(abort));
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
      const handled = await command(runId, order, cause, latest);
      deps.reach('step.recorded');
      return handled;
    } finally {
      controllers.delete(abort);
      if (controllers.size === 0) underWay.delete(runId);
    }
  }

  function track(work: Promise<void>): Promise<void> {
    working.add(work);
    return work.finally(() => working.delete(work));
  }

  return {
    offer,
    drive: (runId) =>
      track(
        (async () => {
          const handled = await command(runId, { type: 'advance' }, 'wake', null);
          if (handled) await perform(startedHere(handled.change), handled.loaded);
        })(),
      ),
    follow: (change) =>
      track(
        (async () => {
          const started = startedHere(change);
          await Promise.all(
            change.runs.map(({ state }) => {
              const own = started.filter(({ runId }) => runId === state.runId);
              return perform(own, { run: state, incident: change.incident, head: change.head });
            }),
          );
        })(),
      ),
    abort(runId) {
      for (const controller of underWay.get(runId) ?? []) controller.abort();
    },
    async stop(graceMs) {
      stopping = true;
      const timer = setTimeout(() => {
        for (const controllers of underWay.values()) for (const controller of controllers) controller.abort();
      }, graceMs);
      while (working.size > 0) await Promise.allSettled([...working]);
      clearTimeout(timer);
    },
  };
}
