// What is read to find stuck runs, and what is found. Types only.
import type { RunState } from '../core/run/state.ts';
import type { StuckState, StuckStates } from '../core/run/stuck.ts';
import type { RunRow } from './reads.ts';

/** Reads of the store, each by an index and bounded. A run that cannot be believed is left out. */
export type StuckReads = {
  /** Runs that have not ended, the oldest first; `seen`: the private incidents that count, null: all of them. */
  readonly open: (asked: {
    readonly limit: number;
    readonly seen: readonly string[] | null;
  }) => Promise<readonly RunRow[]>;
  /** The latest runs of a playbook that succeeded. They may be of private incidents: only their times are looked at. */
  readonly succeeded: (asked: { readonly playbook: string; readonly limit: number }) => Promise<readonly RunState[]>;
};

/** A state of a run that lasts too long, with all that somebody needs who has to do with it. */
export type StuckRun = StuckState & {
  readonly runId: string;
  readonly playbook: string;
  readonly incident: {
    readonly id: string;
    readonly number: number;
    readonly title: string;
    readonly severity: number;
  };
  /** What the run is at, as metrics name it. */
  readonly state: string;
  /** It is an exercise. */
  readonly drill: boolean;
  /** Whom the playbook names for this. */
  readonly escalation: string | null;
  readonly runbook: string | null;
};

/** What is stuck, the oldest first. `cut`: more runs are open than are looked at. */
type StuckLook = { readonly at: string; readonly items: readonly StuckRun[]; readonly cut: boolean };

/** In what these runs are stuck, by run id; those that are not are left out. */
export type StuckAmong = (rows: readonly RunRow[]) => Promise<StuckStates>;

/** Asks what is stuck, as somebody may know of it. */
export type LookForStuck = (asked: { readonly seen: readonly string[] | null }) => Promise<StuckLook>;
