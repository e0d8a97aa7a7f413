// Measures appends, counts what became durable, and how many steps are under way. Decides nothing.
import type { Metrics } from '../../ports/metrics.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { InterceptorDefinition } from './definition.ts';
import type { Interceptor } from './interceptor.ts';

/** What counting needs. */
type CountingParts = {
  readonly metrics: Pick<Metrics, 'countAppend' | 'countChange' | 'moveSlots'>;
  readonly runtime: Pick<Runtime, 'monotonicMs'>;
  /** Of this process as a worker. */
  readonly pool: string;
};

/** Counts every append with its events, and every step while it is under way. */
export const countWork = ({ metrics, runtime, pool }: CountingParts): Interceptor => ({
  name: 'metrics',
  async append(changes, next) {
    const beganMs = runtime.monotonicMs();
    const outcome = await next();
    const [first] = changes;
    if (first !== undefined)
      metrics.countAppend({ stream: first.stream, outcome, ms: runtime.monotonicMs() - beganMs });
    if (outcome === 'appended') for (const change of changes) metrics.countChange(change);
    return outcome;
  },
  async step(attempt, next) {
    metrics.moveSlots(pool, 1);
    try {
      return await next(attempt);
    } finally {
      metrics.moveSlots(pool, -1);
    }
  },
});

/** The metrics. */
export const metrics: InterceptorDefinition = {
  place: 'middle',
  make({ ports, options: { pool, works, maxSteps } }) {
    if (works) ports.metrics.setSlots(pool, maxSteps);
    return countWork({ metrics: ports.metrics, runtime: ports.runtime, pool });
  },
};
