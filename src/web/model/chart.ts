// A chart that was kept as evidence, as the columns that a plot is drawn from. Pure; what is no chart is null.

/** Instants in epoch seconds, and the values of each series at them; null: none. */
export type ChartColumns = {
  readonly title: string;
  readonly names: readonly string[];
  readonly seconds: readonly number[];
  readonly values: readonly (readonly (number | null)[])[];
  /** Series that are not drawn, because there are too many. */
  readonly omitted: number;
};

type Point = readonly [number, number | null];
type Kept = {
  readonly chart: 'series/v1';
  readonly title: string;
  readonly series: readonly { readonly name: string; readonly points: readonly Point[] }[];
};

/** Lines that can still be told apart. */
const drawn = 8;

/** The server gave it this media type because its content fits; an older one may not. */
const isKept = (value: unknown): value is Kept =>
  typeof value === 'object' &&
  value !== null &&
  'chart' in value &&
  value.chart === 'series/v1' &&
  'series' in value &&
  Array.isArray(value.series);

/** The columns of a chart's JSON. */
export function chartColumns(text: string): ChartColumns | null {
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isKept(kept)) return null;
  const series = kept.series.slice(0, drawn);
  const seconds = [...new Set(series.flatMap(({ points }) => points.map(([second]) => second)))].toSorted(
    (a, b) => a - b,
  );
  const values = series.map(({ points }) => {
    const at = new Map(points);
    return seconds.map((second) => at.get(second) ?? null);
  });
  const names = series.map(({ name }) => name);
  return { title: kept.title, names, seconds, values, omitted: kept.series.length - series.length };
}

/** The chart for those who do not see it: each series with its first, last, lowest and highest value. */
export function chartWords({ names, values }: ChartColumns): string {
  const said = names.map((name, index) => {
    const known = (values[index] ?? []).filter((value) => value !== null);
    if (known.length === 0) return `${name}: no values`;
    const round = (value: number | undefined) => Number((value ?? 0).toPrecision(3));
    const low = known.reduce((a, b) => Math.min(a, b));
    const high = known.reduce((a, b) => Math.max(a, b));
    return `${name}: from ${round(known[0])} to ${round(known.at(-1))}, lowest ${round(low)}, highest ${round(high)}`;
  });
  return said.join('; ') || 'no series';
}
