// What the engine and the edges tell the metrics. Names and formats are theirs.

import type { SloLine } from '../core/slo/report.ts';
import type { DeliveryFault } from './intake.ts';
import type { Appended, Change } from './ledger.ts';

/** Where is counted. What is told here is a look-up and an addition: nobody waits for it, and it never throws. */
export type Metrics = {
  /** What became durable, with its events. */
  readonly countChange: (change: Change) => void;
  /** One append: how long it took, and how it ended. */
  readonly countAppend: (append: {
    readonly stream: Change['stream'];
    readonly outcome: Appended;
    readonly ms: number;
  }) => void;
  /** Notifications that nobody was told, by what held them: `silence`, `wait`, … */
  readonly countSuppressed: (by: string) => void;
  /** A delivery by the source it came from and what became of it; `times` 0: that can happen, and is to be seen before it does. */
  readonly countDelivery: (source: string, outcome: string, times?: number) => void;
  /** A delivery that is not dealt with: `sender` sent what cannot be used, `ours` failed here. */
  readonly countDeliveryFault: (fault: {
    readonly source: string;
    readonly fault: DeliveryFault;
    readonly outcome: 'retried' | 'dead';
  }) => void;
  /** How what is promised stands, by the latest look. */
  readonly setSlo: (lines: readonly SloLine[]) => void;
  /** Runs that are stuck, each once, by the latest look. */
  readonly setStuck: (runs: readonly { readonly playbook: string; readonly state: string }[]) => void;
  /** How many steps this process may have under way at once, and in which pool. */
  readonly setSlots: (pool: string, slots: number) => void;
  /** A step began (+1) or ended (-1) in this process. */
  readonly moveSlots: (pool: string, by: 1 | -1) => void;
};

/** What the queue tells. */
export type QueueMeter = {
  /** From when a job could begin until it began, by its queue. */
  readonly observeHop: (queue: string, ms: number) => void;
};

/** What Slack's edge tells. */
export type SlackMeter = {
  /** A call by its method, and how it ended: `ok`, `rate_limited`, or what its trouble is called. */
  readonly countCall: (method: string, outcome: string) => void;
  /** How long a call waited for the rates, by its lane. */
  readonly observeLane: (lane: string, ms: number) => void;
};

/** A kind of work that waits: `intake`, `runs`, `slack`. `pool`: of workers; empty where there is none. */
type Waiting = { readonly kind: string; readonly pool: string; readonly depth: number; readonly oldestMs: number };

/** How much there is of what, as the database has it at one moment. */
export type Gauges = {
  readonly incidents: readonly { readonly severity: number; readonly open: number }[];
  /** Alert groups that hold something back. */
  readonly holdingGroups: number;
  /** Runs that have not ended, by what they are at. `overSla`: of these. `oldestMs`: since the last thing happened in one. */
  readonly runs: readonly {
    readonly playbook: string;
    readonly state: string;
    readonly count: number;
    readonly overSla: number;
    readonly oldestMs: number;
  }[];
  readonly openApprovals: number;
  readonly waiting: readonly Waiting[];
  readonly workers: readonly { readonly pool: string; readonly alive: number }[];
  readonly openBreakers: number;
  readonly switches: readonly { readonly scope: 'all' | 'playbook'; readonly engaged: number }[];
  readonly record: {
    /** Since the last checkpoint; null: there is none. */
    readonly checkpointAgeMs: number | null;
    readonly unsealedStreams: number;
    /** For how long the one that moved first and is not sealed has been as it is. */
    readonly unsealedMs: number;
    /** Runs that began in the last day and have ended, and those of them whose record a checkpoint covers. The last two minutes are left to the next one. */
    readonly endedRuns: number;
    readonly coveredRuns: number;
  };
};

/**
 * Looks up how much there is of what, in one statement.
 * @param about.faulty streams that cannot be believed
 * @param about.isTold whether there is a Slack that is told of incidents
 */
export type ReadGauges = (about: {
  readonly workerLeaseMs: number;
  readonly faulty: readonly string[];
  readonly isTold: boolean;
}) => Promise<Gauges>;
