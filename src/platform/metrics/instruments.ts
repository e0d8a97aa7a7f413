// Counters, histograms and gauges as the subjects make them: in one registry, with labels that are within bounds. Knows no subject.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { createBoundLabels, type LabelName, type Labels } from './bounded-labels.ts';

/** What a measured duration of a run or of one of its steps points at, for scrapers that take exemplars; 128 characters in all. */
export type ExemplarOf = (runId: string) => { readonly [label: string]: string };

/** What every metric is told. `help`: what it means, in one sentence; its unit is in its name. */
type Named<L extends LabelName> = { readonly name: string; readonly help: string; readonly labels?: readonly L[] };

/** Adds to a value that is 0 at first: what shares its labels, as everything beyond a bound does, is one sum. */
type Add<L extends LabelName> = (labels: Labels<L>, value: number) => void;

/** Makes metrics. */
export type Instruments = {
  readonly counter: <L extends LabelName = never>(named: Named<L>) => (labels: Labels<L>, by?: number) => void;
  /**
   * `exemplars`: what is observed may name an example, for scrapers that take them. `seen`: series that are there, empty, before anything
   * fell into them, so that a rate sees the first.
   */
  readonly histogram: <L extends LabelName = never>(
    named: Named<L> & {
      readonly buckets: readonly number[];
      readonly exemplars?: true;
      readonly seen?: readonly Labels<L>[];
    },
  ) => (labels: Labels<L>, value: number, exemplar?: { readonly [label: string]: string }) => void;
  /** `collect` adds all there is each time somebody asks; what it says nothing of is not there. */
  readonly gauge: <L extends LabelName = never>(
    named: Named<L> & { readonly collect: (add: Add<L>) => void | Promise<void> },
  ) => void;
  /** A counter whose numbers are kept elsewhere. */
  readonly counted: <L extends LabelName = never>(
    named: Named<L> & { readonly collect: (add: Add<L>) => void },
  ) => void;
};

/** Seconds of what takes from milliseconds to a quarter of an hour. */
export const workBuckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900] as const;
/** Seconds of what takes from a second to a day. */
export const waitBuckets = [1, 5, 15, 60, 300, 900, 1800, 3600, 14_400, 86_400] as const;
/** Seconds of what should take milliseconds. */
export const quickBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5] as const;

/** Makes metrics in a registry. */
export function createInstruments(registry: Registry): Instruments {
  const boundOf = createBoundLabels();
  const registers = [registry];
  const config = <L extends LabelName>({ name, help, labels = [] }: Named<L>) => ({
    name,
    help,
    labelNames: [...labels],
    registers,
  });
  return {
    counter(named) {
      const counter = new Counter(config(named));
      const bound = boundOf(named.labels ?? []);
      return (labels, by = 1) => counter.inc(bound(labels), by);
    },
    histogram({ buckets, exemplars, seen = [], ...named }) {
      const bound = boundOf(named.labels ?? []);
      const given = { ...config(named), buckets: [...buckets] };
      if (exemplars) {
        const histogram: Histogram<string> = new Histogram<string>({
          ...given,
          enableExemplars: true,
          registers: [],
        });
        // prom-client takes exemplars for OpenMetrics alone, but leaves them out of Prometheus' text where it finds them.
        registry.registerMetric(histogram);
        for (const labels of seen) histogram.zero(bound(labels));
        return (labels, value, exemplarLabels = {}) =>
          histogram.observe({ labels: bound(labels), value: atLeastZero(value), exemplarLabels });
      }
      const histogram = new Histogram(given);
      for (const labels of seen) histogram.zero(bound(labels));
      return (labels, value) => histogram.observe(bound(labels), atLeastZero(value));
    },
    gauge({ collect, ...named }) {
      const bound = boundOf(named.labels ?? []);
      const gauge: Gauge = new Gauge({
        ...config(named),
        async collect() {
          gauge.reset();
          // A gauge without labels is 0 after a reset, which nobody has said.
          gauge.remove({});
          await collect((labels, value) => gauge.inc(bound(labels), value));
        },
      });
    },
    counted({ collect, ...named }) {
      const bound = boundOf(named.labels ?? []);
      const counter: Counter = new Counter({
        ...config(named),
        collect() {
          counter.reset();
          collect((labels, value) => counter.inc(bound(labels), value));
        },
      });
    },
  };
}

/** Two machines' clocks may make a duration that is none: it is counted, as nothing. */
const atLeastZero = (value: number) => Math.max(0, value);
