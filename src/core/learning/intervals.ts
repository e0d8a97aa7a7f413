// Figures with how sure one may be of them. The methods are named, because a median of four incidents is no fact. Pure.

/** A figure of `n` observations; `low` and `high` null: too few to say between what it lies. */
export type Estimate = {
  readonly n: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
};

/** How the figures are made, in words that stand beside them. */
export const methods = {
  median:
    'median; the interval is between two order statistics, by the binomial distribution at 95 % or more, and there is none under 6 observations',
  share: 'share; the interval is that of Wilson, at 95 %',
} as const;

const coverage = 0.95;
/** Quantile of the normal distribution for that coverage. */
const z = 1.959964;

/** The median of durations or counts, with a distribution-free interval: it assumes nothing but that they are alike. */
export function medianOf(values: readonly number[]): Estimate {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b);
  const n = sorted.length;
  if (n === 0) return { n, value: null, low: null, high: null };
  const upper = sorted[Math.floor(n / 2)] ?? 0;
  const value = n % 2 === 1 ? upper : ((sorted[n / 2 - 1] ?? 0) + upper) / 2;
  const rank = lowRank(n);
  if (rank === null) return { n, value, low: null, high: null };
  return { n, value, low: sorted[rank - 1] ?? null, high: sorted[n - rank] ?? null };
}

/**
 * The greatest rank k, from 1, for which the median lies between the k-th smallest and the k-th greatest with the coverage; null: even the
 * smallest and the greatest are too close. P(Binomial(n, 1/2) < k) is to be at most half of what is left.
 */
function lowRank(n: number): number | null {
  const half = (1 - coverage) / 2;
  let logChoose = 0;
  let below = 0;
  let rank = 0;
  for (let k = 0; k < Math.ceil(n / 2); k++) {
    below += Math.exp(logChoose - n * Math.LN2);
    if (below > half) break;
    rank = k + 1;
    logChoose += Math.log(n - k) - Math.log(k + 1);
  }
  return rank === 0 ? null : rank;
}

/** `hits` of `n` as a share from 0 to 1, with Wilson's interval; it is sound for few observations and for shares of 0 and 1. */
export function shareOf(hits: number, n: number): Estimate {
  if (n === 0) return { n, value: null, low: null, high: null };
  const share = hits / n;
  const centre = share + (z * z) / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return {
    n,
    value: share,
    low: hits === 0 ? 0 : Math.max(0, (centre - spread) / scale),
    high: hits === n ? 1 : Math.min(1, (centre + spread) / scale),
  };
}
