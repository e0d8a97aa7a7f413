// What Firebreak counts about itself, in Prometheus' words. One name each.
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** The metrics and their text. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Fresh metrics in a registry of their own. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    deliveries: new Counter({
      name: 'firebreak_deliveries_total',
      help: 'Deliveries by source and outcome',
      labelNames: ['source', 'outcome'],
      registers,
    }),
    events: new Counter({
      name: 'firebreak_events_total',
      help: 'Timeline events by type',
      labelNames: ['type'],
      registers,
    }),
    attempts: new Histogram({
      name: 'firebreak_step_duration_seconds',
      help: 'Duration of step attempts by outcome',
      labelNames: ['outcome'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900],
      registers,
    }),
    text: () => registry.metrics(),
  };
}
