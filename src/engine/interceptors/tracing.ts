// Tells tracing of every span that a durable change has ended. What a span says is decided in tracing/spans-of-change.ts.
import { stepById } from '../../core/playbook/plan.ts';
import { stepOf } from '../../core/run/state.ts';
import { correlationIdOf } from '../../core/trace/place.ts';
import type { Tracing } from '../../ports/tracing.ts';
import { spansOf } from '../tracing/spans-of-change.ts';
import type { InterceptorDefinition } from './definition.ts';
import type { Interceptor } from './interceptor.ts';

/** Attempts of which it is remembered that the run goes on whatever comes of them; more are never under way. */
const mostRemembered = 1000;

/** Records the spans of every append to incidents. `publicUrl`: for links; null: none. */
export function recordSpans({ record }: Pick<Tracing, 'record'>, publicUrl: string | null): Interceptor {
  const going = new Set<string>();
  return {
    name: 'tracing',
    step(attempt, next) {
      const { playbook, run, step, attempt: n } = attempt;
      if (stepById(playbook, stepOf(step))?.onFailure === 'continue') {
        going.add(correlationIdOf({ runId: run.runId, step, attempt: n }));
        const [oldest] = going;
        if (going.size > mostRemembered && oldest !== undefined) going.delete(oldest);
      }
      return next(attempt);
    },
    async append(changes, next) {
      const appended = await next();
      if (appended !== 'appended') return appended;
      const options = {
        publicUrl,
        goesOn: (attempt: Parameters<typeof correlationIdOf>[0]) => going.delete(correlationIdOf(attempt)),
      };
      for (const change of changes)
        if (change.stream === 'incident') for (const span of spansOf(change, options)) record(span);
      return appended;
    },
  };
}

/** Traces; nothing where tracing is off. */
export const tracing: InterceptorDefinition = {
  place: 'middle',
  make: ({ ports, options }) => (ports.tracing.isOn ? recordSpans(ports.tracing, options.publicUrl ?? null) : null),
};
