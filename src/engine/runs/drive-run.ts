// Performs the steps that the ledger says this worker has started. Each result is committed together with the next start, so
// a run goes on without a queue in between. One process drives many runs; the ledger decides who wins a step.
import { systemPrincipal } from '../../core/authority/principal.ts';
import type { RunEvent } from '../../core/events.ts';
import type { ActionCatalog } from '../../core/playbook/action-traits.ts';
import { breakerTarget } from '../../core/run/circuit-breaker.ts';
import type { RunCommand } from '../../core/run/decide.ts';
import type { Offer } from '../../core/run/draft.ts';
import { idempotencyKeyOf } from '../../core/run/state.ts';
import type { EventStore, IncidentChange, LoadedRun } from '../../ports/ledger.ts';
import type { Admission } from '../admission.ts';
import { type CommandRun, runAfter } from './command-run.ts';
import { type PerformParts, performStep, type Start } from './perform-step.ts';
import { createPersist } from './persist.ts';
import { createStepSlots } from './step-slots.ts';

/** What driving runs needs. */
export type DriverParts = Omit<PerformParts, 'command' | 'persist' | 'admission'> & {
  readonly store: Pick<EventStore, 'loadRun'>;
  readonly commandRun: CommandRun;
  readonly traits: ActionCatalog;
  readonly pool: string;
  /** Steps under way in this process, at most. */
  readonly maxSteps: number;
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
  readonly follow: (change: IncidentChange) => void;
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

type StartedData = Extract<RunEvent, { type: 'step.started' }>['data'];
const keyOf = ({ runId, fence }: Pick<Start, 'runId' | 'fence'>) => `${runId}/${fence}`;

/** A driver for one worker. */
export function createDriver(parts: DriverParts): Driver {
  const { worker, pool, actions, admission, log } = parts;
  const slots = createStepSlots(parts.maxSteps);
  const controllers = new Map<string, Set<AbortController>>();
  /** Starts that were begun here and whose results are not recorded yet. */
  const begun = new Map<string, 'under way' | 'unrecorded'>();
  /** Starts that are ours in the ledger only, as of the last sign of life. */
  let missing: ReadonlySet<string> = new Set();
  /** Starts begun from the ledger: should the answer to their commit come after all, they are not begun a second time. */
  const reclaimed = new Set<string>();
  let stopping = false;
  const persist = createPersist({ log, stopping: () => stopping });

  const offer = (held = 0): Offer | null =>
    stopping
      ? null
      : {
          worker,
          pool,
          actions,
          halted: (playbook) => admission.halted(playbook) !== null,
          breakerOpenUntil: admission.breakerOpenUntil,
          capacity: Math.min(capacityPerRun, held + slots.free()),
        };

  /** The steps of the run that this worker performs right now count as held: the one that reports leaves its place to the next. */
  async function command(runId: string, order: RunCommand, cause: string, cached: LoadedRun | null) {
    const held = controllers.get(runId)?.size ?? 0;
    const caller = { principal: systemPrincipal, cause };
    const outcome = await parts.commandRun({
      runId,
      caller,
      right: 'order',
      command: order,
      offer: offer(held),
      cached,
    });
    return outcome.outcome === 'refused' ? null : runAfter(outcome);
  }

  async function perform(start: Start, loaded: LoadedRun): Promise<void> {
    const { runId } = start;
    const abort = new AbortController();
    const own = controllers.get(runId) ?? new Set();
    controllers.set(runId, own.add(abort));
    const given = { start, loaded, signal: abort.signal, recorded: () => begun.delete(keyOf(start)) };
    const forRun = (order: RunCommand, cause: string, cached: LoadedRun) => command(runId, order, cause, cached);
    try {
      await performStep({ ...parts, command: forRun, persist }, given);
    } finally {
      own.delete(abort);
      if (own.size === 0) controllers.delete(runId);
    }
  }

  function begin(start: Start, loaded: LoadedRun): void {
    begun.set(keyOf(start), 'under way');
    slots.take(
      perform(start, loaded).catch((error) => {
        if (begun.has(keyOf(start))) begun.set(keyOf(start), 'unrecorded');
        log.error({ err: error }, 'a result could not be recorded; its step will be found again');
      }),
    );
  }

  async function reclaimRun(loaded: LoadedRun): Promise<readonly string[]> {
    const { run } = loaded;
    const { runId } = run;
    const absent: string[] = [];
    for (const [step, node] of Object.entries(run.nodes)) {
      if (node.status !== 'running' || node.worker !== worker) continue;
      const { attempt, fence, round } = node;
      const key = keyOf({ runId, fence });
      if (begun.get(key) === 'under way') continue;
      absent.push(key);
      // The first time the answer to that commit may still be under way.
      if (!missing.has(key) || stopping) continue;
      if (begun.has(key)) {
        const reason = `${worker} could not record its result; whether ${step} took effect is unknown`;
        await command(runId, { type: 'abandon', step, fence, reason }, 'reclaim', null);
      } else {
        const idempotencyKey = idempotencyKeyOf(runId, step, round);
        reclaimed.add(key);
        begin({ runId, step, attempt, fence, idempotencyKey, target: null }, loaded);
      }
    }
    return absent;
  }

  return {
    offer,
    room: slots.room,
    async drive(loaded) {
      await slots.room();
      await command(loaded.run.runId, { type: 'advance' }, 'wake', loaded);
    },
    follow(change) {
      for (const { type, data } of change.events) {
        if (type !== 'step.started' || data.worker !== worker) continue;
        const { runId, step, attempt, fence, idempotencyKey, plan } = data as StartedData;
        const run = change.runs.find(({ state }) => state.runId === runId)?.state;
        const start = { runId, step, attempt, fence, idempotencyKey, target: breakerTarget(plan, parts.traits) };
        if (run && !reclaimed.delete(keyOf(start))) begin(start, { run, incident: change.incident, head: change.head });
      }
    },
    async reclaim(holding) {
      const now = new Set<string>();
      for (const runId of holding) {
        const loaded = await parts.store.loadRun(runId);
        for (const key of loaded ? await reclaimRun(loaded) : []) now.add(key);
      }
      missing = now;
    },
    abort(runId) {
      for (const controller of controllers.get(runId) ?? []) controller.abort();
    },
    async stop(graceMs) {
      stopping = true;
      slots.close();
      const timer = setTimeout(() => {
        for (const own of controllers.values()) for (const controller of own) controller.abort();
      }, graceMs);
      await slots.idle();
      clearTimeout(timer);
    },
  };
}
