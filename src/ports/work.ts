// Workers, and what wakes them.
import type { IncidentState } from '../core/incident/state.ts';
import type { RunState } from '../core/run/state.ts';

/** What a wake-up of a run must say. */
type RunToWake = {
  readonly runId: string;
  /** Version of its stream: two wake-ups for different reasons are different jobs. */
  readonly version: number;
  readonly pools: readonly string[];
  /** 1 (worst) to 4. */
  readonly severity: number;
};

/** Adds jobs; the catalog in queue/job-catalog.ts types names and payloads. Best effort: the reconciler makes good what is lost. */
export type Wakeups = {
  /** Wakes a run in each of its pools; runs of worse incidents come first. */
  readonly wakeRun: (run: RunToWake, delayMs: number) => Promise<void>;
  /** Says that deliveries wait; calls that come while one is being made are made as one. */
  readonly wakeIntake: () => void;
  /** Says that an incident has changed; changes that follow each other closely are told as one. */
  readonly wakeNotifier: (incidentId: string, version: number) => void;
};

/** A worker whose lease has not ended. */
export type LiveWorker = { readonly worker: string; readonly pool: string; readonly actions: readonly string[] };
/** A run that wants attention, and when. */
export type DueRun = RunToWake & { readonly wakeAt: string };

/** Which workers live, which runs they left behind, which runs are due. */
export type WorkerRegistry = {
  /** Renews a worker's lease and says what it can do; answers which runs it holds steps of, and which of them are to be cancelled. */
  readonly heartbeat: (
    worker: string,
    pool: string,
    actions: readonly string[],
  ) => Promise<{ holding: readonly string[]; cancelling: readonly string[] }>;
  /** The workers seen within `leaseMs`, with the names of their actions. */
  readonly alive: (leaseMs: number) => Promise<readonly LiveWorker[]>;
  /** Ends a worker's lease at once. */
  readonly leave: (worker: string) => Promise<void>;
  /** Runs with steps held by workers not seen for `leaseMs`. */
  readonly orphans: (leaseMs: number) => Promise<readonly { runId: string; gone: readonly string[] }[]>;
  /** For a process that has the database to itself: every worker known so far is gone. */
  readonly forgetOthers: () => Promise<void>;
  /** Runs whose wake-up time has come by `at`, the longest overdue first; `after`: those that follow a run listed before. */
  readonly due: (at: string, limit: number, after: DueRun | null) => Promise<readonly DueRun[]>;
};

/** When, and in which pools, a row says that it wants attention. `version`: of the row. */
type Attention = { readonly id: string; readonly version: number; readonly wakeAt: string | null };
/** An unfinished run as it is, and what its row says of it. */
export type RunAttention = Attention & { readonly pools: readonly string[]; readonly run: RunState };
/** An incident that is not closed, likewise. */
type IncidentAttention = Attention & { readonly incident: IncidentState };

/** A part of a list. `next`: where the next part begins; null: there is none. */
type Part<T> = { readonly items: readonly T[]; readonly next: string | null };

/**
 * What rows say of when they want attention. It follows from what they are, and nothing vouches for it: what was edited would be forgotten. Rows
 * that cannot be believed are left out.
 */
export type AttentionIndex = {
  readonly runs: (after: string | null, limit: number) => Promise<Part<RunAttention>>;
  readonly incidents: (after: string | null, limit: number) => Promise<Part<IncidentAttention>>;
  /** Says it anew, unless the row has changed since. */
  readonly mendRun: (run: Omit<RunAttention, 'run'>) => Promise<void>;
  readonly mendIncident: (incident: Attention) => Promise<void>;
};
