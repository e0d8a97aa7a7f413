// Metrics for tests: those that count nothing, those of a process whose database answers what a test says, and what a scrape says.

import { createMetrics, type MetricsParts, type ProcessMetrics } from '../../../src/platform/metrics/metrics.ts';
import type { Gauges, Metrics, SlackMeter } from '../../../src/ports/metrics.ts';

const nothing = () => undefined;

/** Counts nothing. */
export const silentMetrics: Metrics = {
  countChange: nothing,
  countAppend: nothing,
  countSuppressed: nothing,
  countDelivery: nothing,
  countDeliveryFault: nothing,
  setSlo: nothing,
  setStuck: nothing,
  setSlots: nothing,
  moveSlots: nothing,
};

/** Measures nothing of Slack. */
export const silentSlackMeter: SlackMeter = { countCall: nothing, observeLane: nothing };

/** What a server without metrics answers. */
export const noMetrics = async () => ({ contentType: 'text/plain', text: '' });

/** A database in which there is nothing. */
export const emptyGauges: Gauges = {
  incidents: [],
  holdingGroups: 0,
  runs: [],
  openApprovals: 0,
  waiting: [],
  workers: [],
  openBreakers: 0,
  switches: [],
  record: { checkpointAgeMs: null, unsealedStreams: 0, unsealedMs: 0, endedRuns: 0, coveredRuns: 0 },
};

/** Metrics of a process at rest, and otherwise as a test says. */
export const givenMetrics = (given: Partial<MetricsParts> = {}): ProcessMetrics =>
  createMetrics({
    parts: () => [],
    logLinesDropped: () => 0,
    recordFaults: () => 0,
    owed: async () => [],
    gauges: async () => emptyGauges,
    playbooks: [],
    monotonicMs: () => 0,
    sleep: () => new Promise(nothing),
    isTraced: false,
    ...given,
  });

/** The names of our metrics in a scrape. */
export const namesIn = (text: string): string[] =>
  [...text.matchAll(/^# TYPE (firebreak_\w+)/gm)].map(([, name = '']) => name).sort();

/** Samples of a metric, by their labels as they are written. */
export function samplesOf(text: string, name: string): { [labels: string]: number } {
  const found = [...text.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)$`, 'gm'))];
  return Object.fromEntries(found.map(([, labels = '', value]) => [labels, Number(value)]));
}

/** Those that are not 0: what did happen. */
export const happenedIn = (text: string, name: string): { [labels: string]: number } =>
  Object.fromEntries(Object.entries(samplesOf(text, name)).filter(([, value]) => value !== 0));
