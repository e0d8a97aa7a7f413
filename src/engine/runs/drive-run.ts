// Performs the steps that the ledger says this worker has started. Each result is committed together with the next start, so
// a run goes on without a queue in between. One process drives many runs; the ledger decides which worker wins a step.
import { systemPrincipal } from '../../core/authority/principal.ts';
import type { RunEvent } from '../../core/events.ts';
import type { ActionCatalog } from '../../core/playbook/action-traits.ts';
import { breakerTarget } from '../../core/run/circuit-breaker.ts';
import type { RunCommand } from '../../core/run/decide.ts';
import type { Offer } from '../../core/run/draft.ts';
import { idempotencyKeyOf } from '../../core/run/state.ts';
import type { EventStore, IncidentChange, LoadedRun } from '../../ports/ledger.ts';
import type { Admission } from '../admission.ts';
import { type Lease, LeaseOverError } from '../lease.ts';
import { believed } from '../record/believed.ts';
import { type CommandRun, runAfter } from './command-run.ts';
import { type PerformParts, performStep, type Start } from './perform-step.ts';
import { createPersist } from './persist.ts';
import { createStepAbort, type StepAbort } from './step-abort.ts';
import { createStepSlots, type StepSlots } from './step-slots.ts';

/** What driving runs needs. */
export type DriverParts = Omit<PerformParts, 'command' | 'persist' | 'admission'> & {
  readonly store: Pick<EventStore, 'loadRun'>;
  readonly commandRun: CommandRun;
  readonly traits: ActionCatalog;
  readonly pool: string;
  /** Steps under way in this process, at most. */
  readonly maxSteps: number;
  readonly lease: Pick<Lease, 'term' | 'hold'>;
  readonly admission: Pick<Admission, 'halted' | 'breakerOpenUntil' | 'report'>;
};

/** Drives runs in this process. */
export type Driver = {
  /** What this worker offers to start right now in a run that it holds `held` steps of; null while it is stopping or its lease is over. */
  readonly offer: (held?: number) => Offer | null;
  /** Resolves with the number of steps there is room for, at least one; with 1 while stopping. */
  readonly room: () => Promise<number>;
  /** Advances a run and starts what it owes, as far as there is room. */
  readonly drive: (loaded: LoadedRun) => Promise<void>;
  /** The term of this worker's lease; null: it is over. */
  readonly term: () => number | null;
  /**
   * Performs the steps that a change has started for this worker. To be told of every change made in this process, with the term that
   * ran before it was sent to be committed: a lease that was over in between gives no right to act on it.
   */
  readonly follow: (change: IncidentChange, term: number | null) => void;
  /**
   * Settles steps that the ledger says this worker performs and that it does not: one whose start was committed while the answer
   * was lost is begun now, as is one for which nothing was called because the lease was over; one whose result could not be recorded
   * is given up. To be told of all runs it holds steps of, with
   * every heartbeat; the second time counts.
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
export const createDriver = (parts: DriverParts): Driver => new RunDriver(parts);

/** Its members are functions of their own, because they are handed on one by one. */
class RunDriver implements Driver {
  readonly #parts: DriverParts;
  readonly #slots: StepSlots;
  readonly #performing: PerformParts;
  /** The steps under way, by run; each with what ends its action. */
  readonly #performed = new Map<string, Set<StepAbort>>();
  /** Starts that were begun here and whose results are not recorded yet. */
  readonly #begun = new Map<string, 'under way' | 'unrecorded' | 'not called'>();
  /** Starts begun from the ledger: should the answer to their commit come after all, they are not begun a second time. */
  readonly #reclaimed = new Set<string>();
  /** Starts that are ours in the ledger only, as of the last heartbeat. */
  #missing: ReadonlySet<string> = new Set();
  #stopping = false;

  constructor(parts: DriverParts) {
    this.#parts = parts;
    this.#slots = createStepSlots(parts.maxSteps);
    this.#performing = {
      ...parts,
      command: (runId, order, cause, cached) => this.#command(runId, order, cause, cached),
      persist: createPersist({ log: parts.log, stopping: () => this.#stopping }),
    };
  }

  readonly offer = (held = 0): Offer | null => {
    const { worker, pool, actions, admission, lease } = this.#parts;
    return this.#stopping || lease.term() === null
      ? null
      : {
          worker,
          pool,
          actions,
          halted: (playbook) => admission.halted(playbook) !== null,
          breakerOpenUntil: admission.breakerOpenUntil,
          capacity: Math.min(capacityPerRun, held + this.#slots.free()),
        };
  };

  readonly room = (): Promise<number> => this.#slots.room();

  readonly drive = async (loaded: LoadedRun): Promise<void> => {
    await this.#slots.room();
    await this.#command(loaded.run.runId, { type: 'advance' }, 'wake', loaded);
  };

  readonly term = (): number | null => this.#parts.lease.term();

  readonly follow = (change: IncidentChange, term: number | null): void => {
    for (const { type, data } of change.events) {
      if (type !== 'step.started' || data['worker'] !== this.#parts.worker) continue;
      const { runId, step, attempt, fence, idempotencyKey, plan } = data as StartedData;
      const run = change.runs.find(({ state }) => state.runId === runId)?.state;
      const start = { runId, step, attempt, fence, idempotencyKey, target: breakerTarget(plan, this.#parts.traits) };
      if (run && !this.#reclaimed.delete(keyOf(start)))
        this.#begin(start, { run, incident: change.incident, head: change.head }, term);
    }
  };

  readonly reclaim = async (holding: readonly string[]): Promise<void> => {
    const now = new Set<string>();
    for (const runId of holding) {
      // Before the look at the ledger: what is seen there holds good only while this term lasts.
      const term = this.term();
      const loaded = await believed(this.#parts.store.loadRun(runId));
      for (const key of loaded ? await this.#reclaimRun(loaded, term) : []) now.add(key);
    }
    this.#missing = now;
  };

  readonly abort = (runId: string): void => {
    for (const abort of this.#performed.get(runId) ?? []) abort.abort();
  };

  readonly stop = async (graceMs: number): Promise<void> => {
    this.#stopping = true;
    this.#slots.close();
    const timer = setTimeout(() => {
      for (const runId of this.#performed.keys()) this.abort(runId);
    }, graceMs);
    await this.#slots.idle();
    clearTimeout(timer);
  };

  /** The steps of the run that this worker performs right now count as held: the one that reports leaves its place to the next. */
  async #command(runId: string, order: RunCommand, cause: string, cached: LoadedRun | null) {
    const held = this.#performed.get(runId)?.size ?? 0;
    const caller = { principal: systemPrincipal, cause };
    const outcome = await this.#parts.commandRun({
      runId,
      caller,
      right: 'order',
      command: order,
      offer: this.offer(held),
      cached,
    });
    return outcome.outcome === 'refused' ? null : runAfter(outcome);
  }

  async #perform(start: Start, loaded: LoadedRun, term: number | null): Promise<void> {
    const { runId } = start;
    const hold = this.#parts.lease.hold(term);
    const abort = createStepAbort();
    const own = this.#performed.get(runId) ?? new Set();
    this.#performed.set(runId, own.add(abort));
    const given = { start, loaded, hold, abort, recorded: () => this.#begun.delete(keyOf(start)) };
    try {
      await performStep(this.#performing, given);
    } catch (error) {
      if (!(error instanceof LeaseOverError)) throw error;
      this.#begun.set(keyOf(start), hold.hasActed() ? 'unrecorded' : 'not called');
      this.#parts.log.warn({ runId, step: start.step, reason: error.message }, 'a step was given up');
    } finally {
      own.delete(abort);
      if (own.size === 0) this.#performed.delete(runId);
    }
  }

  #begin(start: Start, loaded: LoadedRun, term: number | null): void {
    const key = keyOf(start);
    this.#begun.set(key, 'under way');
    this.#slots.take(
      this.#perform(start, loaded, term).catch((error) => {
        if (this.#begun.has(key)) this.#begun.set(key, 'unrecorded');
        this.#parts.log.error({ err: error }, 'a result could not be recorded; its step will be found again');
      }),
    );
  }

  async #reclaimRun(loaded: LoadedRun, term: number | null): Promise<readonly string[]> {
    const { runId, nodes } = loaded.run;
    const { worker } = this.#parts;
    const absent: string[] = [];
    for (const [step, node] of Object.entries(nodes)) {
      if (node.status !== 'running' || node.worker !== worker) continue;
      const { attempt, fence, round } = node;
      const key = keyOf({ runId, fence });
      const begun = this.#begun.get(key);
      if (begun === 'under way') continue;
      absent.push(key);
      // The first time the answer to that commit may still be under way.
      if (!this.#missing.has(key) || this.#stopping) continue;
      if (begun === 'unrecorded') {
        const reason = `${worker} could not record its result; whether ${step} took effect is unknown`;
        await this.#command(runId, { type: 'abandon', step, fence, reason }, 'reclaim', null);
      } else {
        const idempotencyKey = idempotencyKeyOf(runId, step, round);
        if (begun === undefined) this.#reclaimed.add(key);
        this.#begin({ runId, step, attempt, fence, idempotencyKey, target: null }, loaded, term);
      }
    }
    return absent;
  }
}
