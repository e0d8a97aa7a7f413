// Writes refused commands of people and programs into the log: who, what, why. Refuses nothing itself.
import { nameOf } from '../../core/authority/principal.ts';
import type { Log } from '../../ports/runtime.ts';
import type { InterceptorDefinition } from './definition.ts';
import type { Interceptor } from './interceptor.ts';

/** Logs refusals; those of Firebreak's own commands are the ordinary course of things and are not. */
export const logRefusals = (log: Log): Interceptor => ({
  name: 'refusals',
  async command({ name, caller, right }, next) {
    const outcome = await next();
    if (outcome.outcome === 'refused' && caller.principal.type !== 'system') {
      const { code, message } = outcome.refusal;
      log.warn(
        { command: name, right, by: nameOf(caller.principal), cause: caller.cause, code, reason: message },
        'refused',
      );
    }
    return outcome;
  },
});

/** Refusals, into the log. */
export const refusals: InterceptorDefinition = { place: 'outer', make: ({ ports }) => logRefusals(ports.log) };
