// Counts what became durable. Decides nothing.
import type { Metrics } from '../../ports/metrics.ts';
import type { InterceptorDefinition } from './definition.ts';
import type { Interceptor } from './interceptor.ts';

/** Counts the events of every append, by their types. */
export const countEvents = (metrics: Metrics): Interceptor => ({
  name: 'metrics',
  async append(changes, next) {
    const appended = await next();
    if (appended === 'appended') for (const { events } of changes) metrics.countEvents(events);
    return appended;
  },
});

/** The metrics. */
export const metrics: InterceptorDefinition = { place: 'middle', make: ({ ports }) => countEvents(ports.metrics) };
