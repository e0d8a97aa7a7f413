// Metrics of work that waits, and of how long its jobs are under way between processes.
import type { Gauges, QueueMeter } from '../../ports/metrics.ts';
import type { Looked } from './incidents.ts';
import { type Instruments, workBuckets } from './instruments.ts';

/** Makes them. Depth and age are of what the ledger knows to be due: a job that was lost waits too. */
export function queueMetrics({ histogram, gauge }: Instruments, look: Looked<Gauges>): QueueMeter {
  const waiting = async () => (await look())?.waiting ?? [];
  gauge({
    name: 'firebreak_queue_depth',
    help: 'Work that is due and not begun or not dealt with, by kind (intake, runs, slack) and pool of workers',
    labels: ['kind', 'pool'],
    async collect(add) {
      for (const { kind, pool, depth } of await waiting()) add({ kind, pool }, depth);
    },
  });
  gauge({
    name: 'firebreak_queue_oldest_seconds',
    help: 'For how long the longest of it waits; 0 where nothing waits',
    labels: ['kind', 'pool'],
    async collect(add) {
      for (const { kind, pool, oldestMs } of await waiting()) add({ kind, pool }, oldestMs / 1000);
    },
  });
  const hop = histogram({
    name: 'firebreak_queue_hop_seconds',
    help: 'From when a job could begin until a process began it, by queue',
    labels: ['queue'],
    buckets: workBuckets,
  });
  return { observeHop: (queue, ms) => hop({ queue }, ms / 1000) };
}
