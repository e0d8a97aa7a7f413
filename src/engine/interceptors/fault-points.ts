// Named places where a test may make the process die or stand still, hung around appends and steps. Nothing happens there otherwise.
import { isUndo } from '../../core/run/state.ts';
import type { FaultPoint, ReachFaultPoint } from '../fault-points.ts';
import type { InterceptorDefinition } from './definition.ts';
import type { Interceptor } from './interceptor.ts';

/** Points that lie right after an event has become durable. */
const afterEvent: { readonly [type: string]: FaultPoint } = {
  'slot.claimed': 'slot.claimed',
  'slot.started': 'slot.started',
  'run.started': 'run.started',
  'approval.granted': 'approval.granted',
  'step.acted': 'step.acted',
  'step.succeeded': 'step.recorded',
  'step.failed': 'step.recorded',
  'step.retry_scheduled': 'step.recorded',
};

/** Reaches the fault points. */
export const faultPointsAround = (reach: ReachFaultPoint): Interceptor => ({
  name: 'fault-points',
  async append(changes, next) {
    const appended = await next();
    if (appended !== 'appended') return appended;
    for (const { events } of changes)
      for (const { type } of events) {
        const point = Object.hasOwn(afterEvent, type) ? afterEvent[type] : undefined;
        if (point !== undefined) reach(point);
      }
    return appended;
  },
  async step(attempt, next) {
    reach('step.started');
    if (isUndo(attempt.step)) reach('compensation.started');
    let acted = false;
    const result = await next({
      ...attempt,
      async acted(output) {
        acted = true;
        reach('action.done');
        await attempt.acted(output);
      },
    });
    if (!acted && result.outcome === 'succeeded') reach('action.done');
    return result;
  },
});

/** The fault points: as close to the commit as can be. */
export const faultPoints: InterceptorDefinition = {
  place: 'inner',
  make: ({ ports }) => faultPointsAround(ports.reach),
};
