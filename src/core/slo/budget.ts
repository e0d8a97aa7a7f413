// How a promise stands: what was attained, between what that may lie, what is left of the error budget, and how fast it burns. It says
// nothing that the numbers do not show. Pure.
import { shareOf } from '../learning/intervals.ts';

/** Observations that count for a promise, and against it. */
export type Tally = { readonly good: number; readonly bad: number };

/** The same with exercises apart: they are weaker evidence. */
export type SloEvidence = { readonly real: Tally; readonly drills: Tally };

/** Evidence of the whole window, and of its last part, once longer and once shorter. */
export type WindowEvidence = { readonly whole: SloEvidence; readonly slow: SloEvidence; readonly fast: SloEvidence };

/** What one exercise counts, where a run in earnest counts one: whoever exercises chooses when, and on what. */
export const drillWeight = 0.25;

/** The last part of a window that a burn rate is taken over, the longer one: of 30 days the last seven. */
export const slowPart = 7 / 30;
/** The shorter one: of 30 days the last. */
export const fastPart = 1 / 30;

/** Observations without a bad one that are taken for a promise of 100 %, which no number of them could show. */
const enoughForAll = 100;

/**
 * `met`: even the worst that the numbers allow keeps the promise. `burned`: even the best breaks it, and the budget is used up. `burning`: it is
 * used up before the window is over if it goes on like this. `unclear`: too few, or too close, to say.
 */
type SloStatus = 'met' | 'burning' | 'burned' | 'unclear';

/** How a promise stands. Counts are weighted: an exercise counts `drillWeight`. Shares from 0 to 1. */
export type Attainment = {
  readonly status: SloStatus;
  readonly n: number;
  readonly bad: number;
  /** Exercises among them, each counted as one. */
  readonly drills: number;
  /** What was attained, and between what the true share lies with 95 %; null: nothing was observed. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Share of the error budget that is left; negative: it is overdrawn. null: nothing was observed. */
  readonly budgetLeft: number | null;
  /** How many times as fast as it may the budget was used up in that part of the window; null: nothing was observed, or nothing may fail. */
  readonly burnSlow: number | null;
  readonly burnFast: number | null;
};

const none: Tally = { good: 0, bad: 0 };
/** Nothing was observed. */
export const noEvidence: WindowEvidence = {
  whole: { real: none, drills: none },
  slow: { real: none, drills: none },
  fast: { real: none, drills: none },
};

const addTally = (a: Tally, b: Tally): Tally => ({ good: a.good + b.good, bad: a.bad + b.bad });
const addEvidence = (a: SloEvidence, b: SloEvidence): SloEvidence => ({
  real: addTally(a.real, b.real),
  drills: addTally(a.drills, b.drills),
});

/** Both together. */
export const addWindows = (a: WindowEvidence, b: WindowEvidence): WindowEvidence => ({
  whole: addEvidence(a.whole, b.whole),
  slow: addEvidence(a.slow, b.slow),
  fast: addEvidence(a.fast, b.fast),
});

function weigh({ real, drills }: SloEvidence) {
  const good = real.good + drillWeight * drills.good;
  const bad = real.bad + drillWeight * drills.bad;
  return { n: good + bad, bad, drills: drills.good + drills.bad, estimate: shareOf(good, good + bad) };
}

function burnRate({ n, bad }: { readonly n: number; readonly bad: number }, target: number): number | null {
  return n === 0 || target >= 1 ? null : bad / n / (1 - target);
}

/** The share of the budget that is left. Where nothing may fail all of it is left until something does. */
function leftOf({ n, bad }: { readonly n: number; readonly bad: number }, target: number): number | null {
  if (n === 0) return null;
  if (target >= 1) return bad === 0 ? 1 : 0;
  return 1 - bad / (n * (1 - target));
}

/** How a promise stands. `target`: a share from 0 to 1. */
export function attainmentOf(target: number, windows: WindowEvidence): Attainment {
  const whole = weigh(windows.whole);
  const slow = weigh(windows.slow);
  const fast = weigh(windows.fast);
  const { n, bad, drills, estimate } = whole;
  const burnSlow = burnRate(slow, target);
  const burnFast = burnRate(fast, target);
  const budgetLeft = leftOf(whole, target);
  const isBurning =
    burnSlow !== null && burnSlow > 1 && burnFast !== null && burnFast > 1 && surelyBelow(slow.estimate.high, target);
  const isBurned = bad > 0 && surelyBelow(estimate.high, target);
  const isMet = target >= 1 ? bad === 0 && n >= enoughForAll : estimate.low !== null && estimate.low >= target;
  return {
    status: isBurned ? 'burned' : isBurning ? 'burning' : isMet ? 'met' : 'unclear',
    n,
    bad,
    drills,
    value: estimate.value,
    low: estimate.low,
    high: estimate.high,
    budgetLeft,
    burnSlow,
    burnFast,
  };
}

const surelyBelow = (high: number | null, target: number) => high !== null && high < target;

/** A budget that was used up is whole again only once it is no longer overdrawn: at its edge nothing is told twice. */
export const isRecovered = ({ status, budgetLeft }: Pick<Attainment, 'status' | 'budgetLeft'>): boolean =>
  status !== 'burned' && (budgetLeft === null || budgetLeft > 0);
