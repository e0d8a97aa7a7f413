// What digests are made of: counts over a time, and what stands at its end. Types only.
//
// `playbook` and the like null: of private incidents that whoever reads it may not know of. They are counted and named nowhere.
import type { HeldCount } from '../alert/forgotten.ts';

/** How runs ended. */
export type EndedRuns = {
  readonly succeeded: number;
  readonly failed: number;
  readonly undone: number;
  readonly undoFailed: number;
  readonly cancelled: number;
};

/** Runs of a playbook that failed at one step with one error; `incident`: the number of the latest one. */
type FailureFact = {
  readonly playbook: string | null;
  readonly step: string | null;
  readonly error: string | null;
  readonly runs: number;
  readonly incident: number | null;
};

/** A step that was tried again and again. */
type RetryFact = FailureFact & { readonly retries: number };

/** Runs that took longer than the SLA of their playbook. */
type OverdueFact = Pick<FailureFact, 'playbook' | 'runs' | 'incident'>;

/** Exercises of a playbook that ended; nothing judges those that are neither `passed` nor `failed`. They count nowhere else. */
export type DrillFact = {
  readonly playbook: string | null;
  readonly runs: number;
  readonly passed: number;
  readonly failed: number;
  readonly incident: number | null;
};

/** A state of a run that lasts too long. `what`: what it waits for, in words. */
export type StuckFact = {
  readonly playbook: string;
  /** It is an exercise. */
  readonly drill: boolean;
  readonly what: string;
  readonly ageMs: number;
  readonly incident: number;
};

/** What a daily digest says. `stuck` null: its time is over, and what was stuck then is not known. */
export type DailyFacts = {
  readonly ended: EndedRuns;
  readonly failures: readonly FailureFact[];
  readonly retries: readonly RetryFact[];
  readonly overdue: readonly OverdueFact[];
  readonly drills: readonly DrillFact[];
  readonly stuck: readonly StuckFact[] | null;
};

/** Something that waits now; `name`: of runs that queue, what they queue for. */
export type QueueFact = {
  readonly queue: 'approvals' | 'runs' | 'deliveries';
  readonly name: string | null;
  readonly count: number;
  readonly oldestMs: number;
};

/** A target that steps failed at, on more than one day. */
type DependencyFact = {
  readonly target: string | null;
  readonly days: number;
  readonly failures: number;
  readonly playbooks: readonly string[];
};

/** What people did to runs by hand. */
export type InterventionFact = { readonly playbook: string | null; readonly order: string; readonly count: number };

/** A silence that looks forgotten. */
export type ForgottenFact = {
  readonly id: string;
  readonly owner: string;
  readonly why: string;
  readonly held: HeldCount | null;
};

/** An action item that should have been done. */
export type OverdueItemFact = {
  readonly id: string;
  readonly text: string;
  readonly owner: string | null;
  readonly due: string | null;
};

/** What a weekly digest says. What stands at its end is null where its time is over: it is not known any more. */
export type WeeklyFacts = {
  readonly queues: readonly QueueFact[] | null;
  readonly dependencies: readonly DependencyFact[];
  readonly interventions: readonly InterventionFact[];
  readonly forgotten: readonly ForgottenFact[] | null;
  readonly items: readonly OverdueItemFact[] | null;
};

/** What was asked of people; `waitMs`: the median until somebody decided, null: nobody did. */
export type ApprovalFact = {
  readonly playbook: string | null;
  readonly asked: number;
  readonly granted: number;
  readonly denied: number;
  readonly expired: number;
  readonly waitMs: number | null;
};

/** Versions of a playbook that came into force. */
type VersionFact = { readonly playbook: string; readonly versions: readonly string[] };

/** Runs of a playbook that were undone, and those whose undo failed. */
type CompensationFact = { readonly playbook: string | null; readonly undone: number; readonly failed: number };

/** A token that was made or taken back. */
type TokenFact = { readonly change: 'created' | 'revoked'; readonly name: string; readonly by: string };

/** Who changed what for all of Firebreak, how often. `type`: of the event. */
export type ChangeFact = { readonly by: string; readonly type: string; readonly count: number };

/** What a monthly digest says. `access` null: whoever reads it may not administer. */
export type MonthlyFacts = {
  readonly approvals: readonly ApprovalFact[];
  readonly versions: readonly VersionFact[];
  readonly compensations: readonly CompensationFact[];
  readonly drills: readonly DrillFact[];
  readonly access: {
    readonly tokens: readonly TokenFact[];
    readonly sessions: { readonly count: number; readonly people: number };
    readonly changes: readonly ChangeFact[];
  } | null;
};

/** The facts of one digest. */
export type DigestFacts =
  | ({ readonly kind: 'daily' } & DailyFacts)
  | ({ readonly kind: 'weekly' } & WeeklyFacts)
  | ({ readonly kind: 'monthly' } & MonthlyFacts);
