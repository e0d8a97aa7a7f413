// Metrics of this process: its parts, its faults, its log, what it refused, and whether the database answers for these very numbers.
import type { Gauges } from '../../ports/metrics.ts';
import type { PartState } from '../../ports/parts.ts';
import { faultCounts } from '../guards.ts';
import type { Looked } from './incidents.ts';
import { type Instruments, quickBuckets } from './instruments.ts';

/** What they are made of. */
type ProcessMetricsParts = {
  readonly look: Looked<Gauges>;
  readonly parts: () => readonly PartState[];
  /** Lines of the log that were never written. */
  readonly logLinesDropped: () => number;
};

/** Makes them. */
export function processMetrics(
  { counter, counted, gauge, histogram }: Instruments,
  { look, parts, logLinesDropped }: ProcessMetricsParts,
) {
  const refused = counter({
    name: 'firebreak_refused_requests_total',
    help: 'Refused requests by where (a source, api, slack, server) and why',
    labels: ['at', 'reason'],
  });
  const requests = histogram({
    name: 'firebreak_http_request_duration_seconds',
    help: 'From the head of a request until its answer was sent, by route and by how the status of the answer begins (2xx, 3xx, 4xx, 5xx); streams are left out',
    labels: ['route', 'outcome'],
    buckets: quickBuckets,
  });
  counted({
    name: 'firebreak_process_faults_total',
    help: 'What no part has caught, by kind; each is a bug',
    labels: ['kind'],
    collect(add) {
      for (const [kind, count] of Object.entries(faultCounts())) add({ kind }, count);
    },
  });
  gauge({
    name: 'firebreak_part_up',
    help: '1: the part is as it should be, 0: it is away; parts that are not configured are left out',
    labels: ['part'],
    collect(add) {
      for (const { name, status } of parts()) if (status !== 'off') add({ part: name }, status === 'up' ? 1 : 0);
    },
  });
  gauge({
    name: 'firebreak_log_lines_dropped',
    help: 'Lines of the log that could not be written since the start',
    collect: (add) => add({}, logLinesDropped()),
  });
  gauge({
    name: 'firebreak_database_answered',
    help: '1: what is looked up in the database is in this answer; 0: it did not answer in time, and that is left out',
    async collect(add) {
      add({}, (await look()) === null ? 0 : 1);
    },
  });
  return {
    countRefused: (at: string, reason: string) => refused({ at, reason }),
    observeRequest: ({ route, status, ms }: { readonly route: string; readonly status: number; readonly ms: number }) =>
      requests({ route, outcome: `${Math.floor(status / 100)}xx` }, ms / 1000),
  };
}
