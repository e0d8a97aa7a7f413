// What Firebreak counts about itself, in Prometheus' words. One name each.
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { StoredEvent } from '../core/events.ts';
import { faultCounts } from './guards.ts';

const outcomes: { readonly [type: string]: string } = {
  'step.succeeded': 'succeeded',
  'step.failed': 'failed',
  'step.retry_scheduled': 'retried',
};

/** Fresh metrics in a registry of their own. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const events = new Counter({
    name: 'firebreak_events_total',
    help: 'Timeline events by type',
    labelNames: ['type'],
    registers,
  });
  const attempts = new Histogram({
    name: 'firebreak_step_duration_seconds',
    help: 'Duration of step attempts by outcome',
    labelNames: ['outcome'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900],
    registers,
  });
  const deliveries = new Counter({
    name: 'firebreak_deliveries_total',
    help: 'Deliveries by source and outcome',
    labelNames: ['source', 'outcome'],
    registers,
  });
  const deliveryFaults = new Counter({
    name: 'firebreak_delivery_faults_total',
    help: 'Deliveries that were not dealt with, by source, whose fault it is (sender, ours) and what becomes of them (retried, dead)',
    labelNames: ['source', 'fault', 'outcome'],
    registers,
  });
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
  return {
    countDeliveryFault: (labels: { source: string; fault: string; outcome: string }) => deliveryFaults.inc(labels),
    countDelivery: (source: string, outcome: string) => deliveries.inc({ source, outcome }),
    /** Counts what was recorded, and how long the tries of steps took. */
    countEvents(recorded: readonly Pick<StoredEvent, 'type' | 'data'>[]): void {
      for (const { type, data } of recorded) {
        events.inc({ type });
        const outcome = outcomes[type];
        // Attempt 0 failed before any action was called.
        if (outcome && Number(data.attempt) > 0) attempts.observe({ outcome }, Number(data.durationMs) / 1000);
      }
    },
    text: () => registry.metrics(),
  };
}
