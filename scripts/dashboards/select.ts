// How queries of the dashboards name metrics: with the variables of the dashboards that a metric has as labels. Knows no panel.

/** Variables that choose by a label of their own name. `job` tells environments apart. */
export type Choice = 'job' | 'playbook' | 'class' | 'source' | 'pool' | 'severity' | 'action';

/** A metric of this program, narrowed by `job` and by the choices that it has as labels. `where`: further matchers as PromQL has them. */
export function of(metric: string, by: readonly Exclude<Choice, 'job'>[] = [], where = ''): string {
  const matchers = ['job' as const, ...by].map((choice) => `${choice}=~"$${choice}"`);
  return `firebreak_${metric}{${[...matchers, ...(where === '' ? [] : [where])].join(',')}}`;
}

/** Quotient of two sums by some labels. */
export const ratio = (above: string, below: string, by = ''): string => `${summed(above, by)} / ${summed(below, by)}`;

/** A sum, by some labels or over all. */
export const summed = (what: string, by = ''): string => (by === '' ? `sum(${what})` : `sum by (${by}) (${what})`);

/** A percentile, from 0 to 1, of the buckets of a histogram, by some labels. */
export const quantile = (share: number, buckets: string, { by = '', within = '$__rate_interval' } = {}): string =>
  `histogram_quantile(${share}, ${summed(`rate(${buckets}[${within}])`, by === '' ? 'le' : `le, ${by}`)})`;
