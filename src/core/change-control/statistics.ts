// Tests for small numbers: whether one version is worse than another, and how likely such a difference is by chance. Pure.

/** ln(n!), exact enough for sums of up to some thousands. */
function logFactorials(upTo: number): readonly number[] {
  const logs = [0];
  for (let n = 1; n <= upTo; n++) logs.push((logs[n - 1] ?? 0) + Math.log(n));
  return logs;
}

/** So many of so many went wrong. */
export type Share = { readonly bad: number; readonly of: number };

/**
 * Fisher's exact test, one-sided (R. A. Fisher, The Design of Experiments, 1935): how likely it is that `tried` has so many bad ones or more,
 * if it is no worse than `known` and only chance put them there. 1 where either is empty.
 */
export function fisherWorse(tried: Share, known: Share): number {
  if (tried.of === 0 || known.of === 0) return 1;
  const all = tried.of + known.of;
  const bad = tried.bad + known.bad;
  const logs = logFactorials(all);
  const choose = (n: number, k: number) => (logs[n] ?? 0) - (logs[k] ?? 0) - (logs[n - k] ?? 0);
  const most = Math.min(bad, tried.of);
  let p = 0;
  for (let k = tried.bad; k <= most; k++)
    if (bad - k <= known.of) p += Math.exp(choose(tried.of, k) + choose(known.of, bad - k) - choose(all, bad));
  return Math.min(1, p);
}

/** Above so many pairs the normal approximation is as good as the exact distribution. */
const exactPairs = 2500;

/**
 * The test of Mann and Whitney, one-sided (Ann. Math. Statist. 18, 1947): how likely it is that `tried` is so much larger, if both come from
 * the same. Exact for few numbers without ties, else by the normal approximation with correction for ties and continuity. 1 where either is
 * empty.
 */
export function mannWhitneyLarger(tried: readonly number[], known: readonly number[]): number {
  const [n, m] = [tried.length, known.length];
  if (n === 0 || m === 0) return 1;
  let u = 0;
  let hasTies = false;
  for (const a of tried)
    for (const b of known) {
      if (a > b) u += 1;
      else if (a === b) {
        u += 0.5;
        hasTies = true;
      }
    }
  return !hasTies && n * m <= exactPairs ? exactTail(n, m, u) : normalTail(tried, known, u);
}

/** P(U >= u) by counting: in how many orders of n and m numbers n of them are above the others in so many pairs. */
function exactTail(n: number, m: number, u: number): number {
  const pairs = n * m;
  // counts[k][v]: ways for k numbers of the one, among the j numbers of the other that were looked at, to have the sum v.
  const ways: number[][] = Array.from({ length: n + 1 }, (_, k) => (k === 0 ? [1] : []));
  for (let j = 1; j <= n + m; j++)
    for (let k = Math.min(n, j); k >= 1; k--) {
      // The j-th smallest number is the k-th of `tried`: it is above j - k of the others.
      const above = j - k;
      if (above > m) continue;
      const row = [...(ways[k] ?? [])];
      (ways[k - 1] ?? []).forEach((count, v) => {
        row[v + above] = (row[v + above] ?? 0) + count;
      });
      ways[k] = row;
    }
  const row = ways[n] ?? [];
  let [tail, all] = [0, 0];
  for (let v = 0; v <= pairs; v++) {
    const count = row[v] ?? 0;
    all += count;
    if (v >= u) tail += count;
  }
  return tail / all;
}

function normalTail(tried: readonly number[], known: readonly number[], u: number): number {
  const [n, m] = [tried.length, known.length];
  const times = new Map<number, number>();
  for (const value of [...tried, ...known]) times.set(value, (times.get(value) ?? 0) + 1);
  const all = n + m;
  let ties = 0;
  for (const t of times.values()) ties += t ** 3 - t;
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)));
  if (variance <= 0) return 1;
  return upperTail((u - (n * m) / 2 - 0.5) / Math.sqrt(variance));
}

/** P(Z >= z) of the standard normal distribution: Abramowitz and Stegun 26.2.17, error below 7.5e-8. */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const [a, b, c, d, e] = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  return density * t * (a + t * (b + t * (c + t * (d + t * e))));
}

/** The number in the middle; null: there is none. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((x, y) => x - y);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, sorted[Math.floor(sorted.length / 2)] ?? 0];
  return (low + high) / 2;
}
