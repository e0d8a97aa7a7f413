// What is counted for promises, and how it is asked for. Types only.

import type { AskedApproval } from '../core/slo/approval-evidence.ts';
import type { WindowEvidence } from '../core/slo/budget.ts';
import type { SloLine } from '../core/slo/report.ts';
import type { RunTally } from '../core/slo/run-evidence.ts';

/** A window up to an instant; its last parts are those of core/slo/budget.ts. */
export type SloWindowAsked = { readonly at: string; readonly windowMs: number };

/** Which runs: of a playbook, and what its SLA allows; null: it has none. */
export type AskedRuns = { readonly playbook: string; readonly windowMs: number; readonly slaMs: number | null };

/** Counts over the store, private incidents included: they name none. Each is bounded, and reads only what an index finds. */
export type SloTallies = {
  /** Runs that ended in the window, by playbook and what they are alike in, and those that are overdue now. */
  readonly runs: (asked: readonly AskedRuns[], at: string) => Promise<readonly RunTally[]>;
  /** Requests of the window. */
  readonly approvals: (asked: SloWindowAsked) => Promise<readonly AskedApproval[]>;
  readonly ingest: (asked: SloWindowAsked & { readonly withinMs: number }) => Promise<WindowEvidence>;
  readonly delivery: (asked: SloWindowAsked & { readonly withinMs: number }) => Promise<WindowEvidence>;
};

/** How promises stand. `burnedSince`: when the record says that the budget was used up; null: it does not. */
export type SloLook = {
  readonly at: string;
  readonly lines: readonly (SloLine & { readonly burnedSince: string | null })[];
};

/** Asks how everything that is promised stands now. */
export type LookAtSlo = () => Promise<SloLook>;
