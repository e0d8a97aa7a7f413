// What Firebreak counts about itself, in Prometheus' words. One name each.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { StoredEvent } from '../core/events.ts';
import { Hold } from '../core/group/hold.ts';
import type { PartState } from '../ports/parts.ts';
import { faultCounts } from './guards.ts';

const outcomes: { readonly [type: string]: string } = {
  'step.succeeded': 'succeeded',
  'step.failed': 'failed',
  'step.retry_scheduled': 'retried',
};

/**
 * What the rest of the process tells. `logLinesDropped`: lines of the log that were never written; `recordFaults`: streams that this
 * process has found that cannot be believed.
 */
type Standing = {
  readonly parts: () => readonly PartState[];
  readonly logLinesDropped: () => number;
  readonly recordFaults: () => number;
  /** What people are owed: ends that they were not told, messages that were refused. */
  readonly owed: () => Promise<readonly { readonly openMs: number }[]>;
};

/** Fresh metrics in a registry of their own. */
export function createMetrics(standing: Standing) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers });
  const events = counter('firebreak_events_total', 'Timeline events by type', ['type']);
  const attempts = new Histogram({
    name: 'firebreak_step_duration_seconds',
    help: 'Duration of step attempts by outcome',
    labelNames: ['outcome'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900],
    registers,
  });
  const deliveries = counter('firebreak_deliveries_total', 'Deliveries by source and outcome', ['source', 'outcome']);
  const unclearTriggers = counter(
    'firebreak_trigger_errors_total',
    'Alerts for which the triggers of a playbook could not be evaluated',
    ['playbook'],
  );
  const suppressed = counter(
    'firebreak_alerts_suppressed_total',
    'Notifications of alerts that were held back and told to nobody, by what held them',
    ['by'],
  );
  // Seen before it happens, so that a rate can be taken of the first one.
  for (const by of Hold.shape.by.options) suppressed.inc({ by }, 0);
  const deliveryFaults = counter(
    'firebreak_delivery_faults_total',
    'Deliveries that were not dealt with, by source, whose fault it is (sender, ours) and what becomes of them (retried, dead)',
    ['source', 'fault', 'outcome'],
  );
  const fieldFaults = counter(
    'firebreak_delivery_field_faults_total',
    'Fields that were not as the source sends them, by source and field; of many fields the rest is `other`',
    ['source', 'field'],
  );
  const refused = counter(
    'firebreak_refused_requests_total',
    'Refused requests by where (a source, api, slack, server) and why',
    ['at', 'reason'],
  );
  const removed = counter(
    'firebreak_removed_rows_total',
    'Rows that were removed because they were kept long enough, by kind',
    ['kind'],
  );
  addStanding(registers, standing);
  return {
    countRemoved: (kind: string, times: number) => removed.inc({ kind }, times),
    countSuppressed: (by: string) => suppressed.inc({ by }),
    countRefused: (at: string, reason: string) => refused.inc({ at, reason }),
    countDeliveryFault: (labels: { source: string; fault: string; outcome: string }) => deliveryFaults.inc(labels),
    countFieldFault: (source: string, field: string) => fieldFaults.inc({ source, field }),
    countDelivery: (source: string, outcome: string, times = 1) => deliveries.inc({ source, outcome }, times),
    /** Counts what was recorded, and how long the tries of steps took. */
    countEvents(recorded: readonly Pick<StoredEvent, 'type' | 'data'>[]): void {
      for (const { type, data } of recorded) {
        events.inc({ type });
        if (type === 'note.added' && Array.isArray(data.unclearTriggers))
          for (const playbook of data.unclearTriggers) unclearTriggers.inc({ playbook: String(playbook) });
        const outcome = outcomes[type];
        // Attempt 0 failed before any action was called.
        if (outcome && Number(data.attempt) > 0) attempts.observe({ outcome }, Number(data.durationMs) / 1000);
      }
    },
    text: () => registry.metrics(),
  };
}

/** What is looked up when somebody asks for it. */
function addStanding(registers: Registry[], { parts, logLinesDropped, recordFaults, owed }: Standing): void {
  addOwed(registers, owed);
  new Counter({
    name: 'firebreak_process_faults_total',
    help: 'What no part has caught, by kind; each is a bug',
    labelNames: ['kind'],
    registers,
    collect() {
      this.reset();
      for (const [kind, count] of Object.entries(faultCounts())) this.inc({ kind }, count);
    },
  });
  new Gauge({
    name: 'firebreak_part_up',
    help: '1: the part is as it should be, 0: it is away; parts that are not configured are left out',
    labelNames: ['part'],
    registers,
    collect() {
      this.reset();
      for (const { name, status } of parts()) if (status !== 'off') this.set({ part: name }, status === 'up' ? 1 : 0);
    },
  });
  new Gauge({
    name: 'firebreak_log_lines_dropped',
    help: 'Lines of the log that could not be written since the start',
    registers,
    collect() {
      this.set(logLinesDropped());
    },
  });
  new Gauge({
    name: 'firebreak_record_faults',
    help: 'Streams whose stored state this process found contradicted, and does not act on',
    registers,
    collect() {
      this.set(recordFaults());
    },
  });
}

/** What people are owed; at rest it is nothing. While the database is away nobody can tell, and the numbers are left out. */
function addOwed(registers: Registry[], owed: Standing['owed']): void {
  const look = async (gauge: Gauge, of: (owed: readonly { readonly openMs: number }[]) => number) => {
    const open = await owed().catch(() => null);
    gauge.reset();
    if (open !== null) gauge.set(of(open));
  };
  new Gauge({
    name: 'firebreak_obligations_open',
    help: 'Messages that say something burns which is over, or that Slack refused; at rest 0',
    registers,
    collect() {
      return look(this, (open) => open.length);
    },
  });
  new Gauge({
    name: 'firebreak_obligations_oldest_seconds',
    help: 'For how long the longest of them is open',
    registers,
    collect() {
      return look(this, (open) => Math.max(0, ...open.map(({ openMs }) => openMs)) / 1000);
    },
  });
}
