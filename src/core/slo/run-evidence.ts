// Which runs count for what is promised of them, and which against it. Pure.
import type { RunTrigger } from '../events.ts';
import { assertNever } from '../result.ts';
import { isDrill } from '../run/drill.ts';
import type { RunStatus } from '../run/state.ts';
import { addWindows, noEvidence, type Tally, type WindowEvidence } from './budget.ts';

/** How many there are in the window and in its last parts. */
export type WindowCounts = { readonly whole: number; readonly slow: number; readonly fast: number };

/** Runs of one playbook that are alike. */
export type RunTally = {
  readonly playbook: string;
  readonly windowMs: number;
  /** `overdue`: it has not ended, and takes longer than its SLA allows. */
  readonly status: RunStatus | 'overdue';
  /** Whether it ended within the SLA; null: the playbook has none. */
  readonly inTime: boolean | null;
  /** null: what started it is no exercise. */
  readonly trigger: RunTrigger | null;
  /** Codes of the errors that its steps failed with; asked for only of runs that failed or were undone. */
  readonly failedCodes: readonly string[];
  readonly counts: WindowCounts;
};

/** `neither`: people ended it, or it has not ended. */
export type RunVerdict = 'good' | 'bad' | 'neither';

/** The code of a step that somebody refused, and that of a step whose items say why it failed. */
const refused = 'approval_denied';
const becauseOfItems = 'items_failed';

/** Somebody said no, and nothing else went wrong. */
function isRefusedByPeople(codes: readonly string[]): boolean {
  const own = codes.filter((code) => code !== becauseOfItems);
  return own.length > 0 && own.every((code) => code === refused);
}

/** Whether a run did what its playbook is for. What people cancelled, refused or undid says nothing of that. */
export function verdictOf({ status, failedCodes }: Pick<RunTally, 'status' | 'failedCodes'>): RunVerdict {
  switch (status) {
    case 'succeeded':
      return 'good';
    case 'failed':
      return isRefusedByPeople(failedCodes) ? 'neither' : 'bad';
    case 'compensation_failed':
      return 'bad';
    case 'compensated':
      // Without a failed step it had worked, and people wanted it undone.
      return failedCodes.length === 0 || isRefusedByPeople(failedCodes) ? 'neither' : 'bad';
    case 'cancelled':
    case 'overdue':
    case 'queued':
    case 'running':
    case 'cancelling':
    case 'compensating':
    case 'finishing':
      return 'neither';
    default:
      return assertNever(status);
  }
}

/** The same for the promise of a time: what is still at work beyond it breaks it already, and what failed did not keep it. */
export function slaVerdictOf(tally: Pick<RunTally, 'status' | 'failedCodes' | 'inTime'>): RunVerdict {
  if (tally.inTime === null) return 'neither';
  if (tally.status === 'overdue') return 'bad';
  const verdict = verdictOf(tally);
  return verdict === 'good' && !tally.inTime ? 'bad' : verdict;
}

/** Counts as evidence. */
export function evidenceFrom(verdict: RunVerdict, { whole, slow, fast }: WindowCounts, drill: boolean): WindowEvidence {
  if (verdict === 'neither') return noEvidence;
  const tally = (count: number): Tally => (verdict === 'good' ? { good: count, bad: 0 } : { good: 0, bad: count });
  const nothing: Tally = { good: 0, bad: 0 };
  const one = (count: number) =>
    drill ? { real: nothing, drills: tally(count) } : { real: tally(count), drills: nothing };
  return { whole: one(whole), slow: one(slow), fast: one(fast) };
}

/** What runs say of a promise. */
export function runEvidence(tallies: readonly RunTally[], verdict: (tally: RunTally) => RunVerdict): WindowEvidence {
  return tallies.reduce((sum, tally) => {
    const drill = tally.trigger !== null && isDrill({ trigger: tally.trigger });
    return addWindows(sum, evidenceFrom(verdict(tally), tally.counts, drill));
  }, noEvidence);
}
