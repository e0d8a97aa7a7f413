// What requests for approval say of the promise that they are decided in time. Pure.
import type { RunTrigger } from '../events.ts';
import { isDrill } from '../run/drill.ts';
import { elapsedMs } from '../time.ts';
import { addWindows, fastPart, noEvidence, slowPart, type WindowEvidence } from './budget.ts';
import { evidenceFrom, type RunVerdict } from './run-evidence.ts';

/** One request. `end`: how it ended first; `voided`: it was asked anew or is needed no more; null: it is open. */
export type AskedApproval = {
  readonly playbook: string;
  readonly askedAt: string;
  readonly end: 'decided' | 'expired' | 'voided' | null;
  readonly endedAt: string | null;
  /** null: what started the run is no exercise. */
  readonly trigger: RunTrigger | null;
};

/** Whether a request was decided in time. One that is open says nothing until its time is over. */
export function waitVerdictOf({ askedAt, end, endedAt }: AskedApproval, withinMs: number, at: string): RunVerdict {
  switch (end) {
    case 'voided':
      return 'neither';
    case 'expired':
      return 'bad';
    case 'decided':
      return elapsedMs(askedAt, endedAt ?? at) <= withinMs ? 'good' : 'bad';
    case null:
      return elapsedMs(askedAt, at) > withinMs ? 'bad' : 'neither';
  }
}

/** What requests of the window up to `at` say. */
export function approvalEvidence(
  asked: readonly AskedApproval[],
  { windowMs, withinMs, at }: { readonly windowMs: number; readonly withinMs: number; readonly at: string },
): WindowEvidence {
  return asked.reduce((sum, one) => {
    const ageMs = elapsedMs(one.askedAt, at);
    if (ageMs > windowMs) return sum;
    const counts = {
      whole: 1,
      slow: ageMs <= windowMs * slowPart ? 1 : 0,
      fast: ageMs <= windowMs * fastPart ? 1 : 0,
    };
    const drill = one.trigger !== null && isDrill({ trigger: one.trigger });
    return addWindows(sum, evidenceFrom(waitVerdictOf(one, withinMs, at), counts, drill));
  }, noEvidence);
}
