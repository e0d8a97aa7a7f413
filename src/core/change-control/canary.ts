// Which incidents a canary takes, and when it is worse than the live version. Pure.
import type { Json } from '../json.ts';
import { sha256 } from '../json.ts';
import { formatDuration } from '../time.ts';
import type { CanaryPart } from './events.ts';
import { fisherWorse, mannWhitneyLarger, median, type Share } from './statistics.ts';

/**
 * Whether a canary takes an incident: by a hash of its id, so that every process says the same of it, always, and what a small share took a
 * larger one takes too.
 */
export function takesIncident(
  { share, only }: CanaryPart,
  playbook: string,
  { incidentId, inputs }: { readonly incidentId: string; readonly inputs: { readonly [name: string]: Json } | null },
): boolean {
  if (only) {
    const value = inputs !== null && Object.hasOwn(inputs, only.input) ? inputs[only.input] : undefined;
    if (value === undefined || !only.values.includes(String(value))) return false;
  }
  return Number.parseInt(sha256(`${playbook} ${incidentId}`).slice(0, 8), 16) % 100 < share;
}

/** How one run of a version came out. `ms`: how long it took. `cancelled`: people took it back, which says nothing of the version. */
export type VersionOutcome = {
  readonly runId: string;
  readonly end: 'succeeded' | 'failed' | 'denied' | 'cancelled';
  readonly ms: number;
};

/** By what a canary is judged. */
const canaryRules = {
  /** A difference that chance makes less often than this counts: canaries are looked at again and again, so it is strict. */
  alpha: 0.01,
  /** Runs that each of the two must have before rates are compared. */
  atLeast: 5,
  /** Runs that succeeded that each must have before durations are; and how much longer the canary must take. */
  atLeastTimed: 8,
  longerBy: 1.2,
  /** So many failures one after the other are enough, whatever the live version does. */
  inARow: 3,
} as const;

/**
 * Why a canary is to be taken back, by its runs, the latest first, and those of the live version; null: nothing speaks against it.
 */
export function judgeCanary(canary: readonly VersionOutcome[], live: readonly VersionOutcome[]): string | null {
  const [tried, known] = [counted(canary), counted(live)];
  const { alpha, atLeast, atLeastTimed, longerBy, inARow } = canaryRules;
  const streak = tried.slice(0, inARow);
  if (streak.length === inARow && streak.every(({ end }) => end === 'failed')) return `its last ${inARow} runs failed`;
  if (tried.length >= atLeast && known.length >= atLeast)
    for (const [what, end] of [
      ['failed', 'failed'],
      ['were denied an approval', 'denied'],
    ] as const) {
      const [own, other] = [shareOf(tried, end), shareOf(known, end)];
      const p = fisherWorse(own, other);
      if (p < alpha)
        return `${own.bad} of its ${own.of} runs ${what}, of the live version's ${other.bad} of ${other.of} (Fisher's exact test, p ${shownP(p)} < ${alpha})`;
    }
  const [slow, usual] = [timesOf(tried), timesOf(known)];
  if (slow.length < atLeastTimed || usual.length < atLeastTimed) return null;
  const [took, before] = [median(slow) ?? 0, median(usual) ?? 0];
  const p = mannWhitneyLarger(slow, usual);
  return took > before * longerBy && p < alpha
    ? `its runs take ${formatDuration(Math.round(took))}, the live version's ${formatDuration(Math.round(before))} (medians; Mann-Whitney test, p ${shownP(p)} < ${alpha})`
    : null;
}

/** How the runs of a version came out, in numbers. `medianMs`: of those that succeeded; null: none did. */
export type VersionTally = {
  readonly runs: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly denied: number;
  readonly cancelled: number;
  readonly medianMs: number | null;
};

/** Counts them. */
export function tallyOutcomes(outcomes: readonly VersionOutcome[]): VersionTally {
  const count = (end: VersionOutcome['end']) => outcomes.filter((outcome) => outcome.end === end).length;
  return {
    runs: outcomes.length,
    succeeded: count('succeeded'),
    failed: count('failed'),
    denied: count('denied'),
    cancelled: count('cancelled'),
    medianMs: median(timesOf(outcomes)),
  };
}

const counted = (outcomes: readonly VersionOutcome[]) => outcomes.filter(({ end }) => end !== 'cancelled');
const shareOf = (outcomes: readonly VersionOutcome[], end: VersionOutcome['end']): Share => ({
  bad: outcomes.filter((outcome) => outcome.end === end).length,
  of: outcomes.length,
});
const timesOf = (outcomes: readonly VersionOutcome[]) =>
  outcomes.flatMap(({ end, ms }) => (end === 'succeeded' ? [ms] : []));
const shownP = (p: number) => (p < 0.0001 ? 'below 0.0001' : p.toFixed(4));
