// Who works and what wakes them.

/** Adds jobs; the catalog in queue/job-catalog.ts types names and payloads. Best effort: the reconciler makes good what is lost. */
export type Wakeups = {
  /** Wakes a run in each of the pools. */
  readonly wakeRun: (runId: string, version: number, delayMs: number, pools: readonly string[]) => Promise<void>;
  /** Says that deliveries wait; calls that come while one is being made are made as one. */
  readonly wakeIntake: () => void;
  readonly wakeNotifier: (incidentId: string, version: number) => Promise<void>;
};

/** A run that wants attention, and where. */
export type DueRun = {
  readonly runId: string;
  readonly version: number;
  readonly wakeAt: string;
  readonly pools: readonly string[];
};

/** Which workers live, which runs they left behind, which runs are due. */
export type WorkerRegistry = {
  /** Says that a worker lives; answers which runs it holds steps of, and which of them are to be cancelled. */
  readonly beat: (
    worker: string,
    pool: string,
  ) => Promise<{ holding: readonly string[]; cancelling: readonly string[] }>;
  /** An orderly goodbye. */
  readonly leave: (worker: string) => Promise<void>;
  /** Runs with steps held by workers not seen for `leaseMs`. */
  readonly orphans: (leaseMs: number) => Promise<readonly { runId: string; gone: readonly string[] }[]>;
  /** For a process that knows it is alone on its database: every worker known so far is gone. */
  readonly forgetOthers: () => Promise<void>;
  /** Runs whose wake-up time has come by `at`, the longest overdue first; `after`: those that follow a run listed before. */
  readonly due: (at: string, limit: number, after: DueRun | null) => Promise<readonly DueRun[]>;
};
