// How an action is defined. One file per action; the contract tests cover it from the day it stands in index.ts.
import type { z } from 'zod';
import type { StepError } from '../core/events.ts';
import { cleanText, type Json, toJson } from '../core/json.ts';
import type { ReplayPolicy, Risk } from '../core/playbook/playbook.ts';
import type { Action, ActionContext, ActionResult, ProbeResult } from '../spi/action.ts';

/** An action with the types of its input and output. */
export type ActionDefinition<I extends z.ZodType, O extends z.ZodType> = {
  readonly name: string;
  readonly description: string;
  readonly kind: Action['kind'];
  readonly input: I;
  readonly output: O;
  /** Whether repeating it under the same key is harmless. */
  readonly replay: ReplayPolicy;
  readonly replayOf?: (input: Json) => ReplayPolicy;
  readonly risk: Risk;
  readonly timeoutMs: number;
  /** A valid input, used by contract tests and documentation. */
  readonly sample: z.input<I>;
  readonly run: (
    input: z.output<I>,
    context: ActionContext,
  ) => Promise<{ outcome: 'succeeded'; output: z.input<O> } | { outcome: 'failed'; error: StepError }>;
  /** Whether such an input says how to find out if it took effect; with `probe`. */
  readonly probes?: (input: Json) => boolean;
  readonly probe?: (input: z.output<I>, context: ActionContext) => Promise<ProbeResult>;
};

/** Makes an action of a definition: input is checked before it runs; output is checked after, and made storable whatever bytes it came from. */
export function defineAction<I extends z.ZodType, O extends z.ZodType>(definition: ActionDefinition<I, O>): Action {
  const { name, description, kind, replay, replayOf, risk, timeoutMs, probes, probe } = definition;
  return {
    ...{ name, description, kind, replay, risk, timeoutMs },
    ...(replayOf ? { replayOf } : {}),
    ...(probes ? { probes } : {}),
    sample: definition.sample as Json,
    checkInput: (input) =>
      definition.input
        .safeParse(input)
        .error?.issues.map(({ path, message }) => ({ path: path.map(asKey), message })) ?? [],
    ...(probe
      ? {
          async probe(input: Json, context: ActionContext): Promise<ProbeResult> {
            const parsed = definition.input.safeParse(input);
            return parsed.success
              ? probe(parsed.data, context)
              : { outcome: 'unclear', message: `${name}: the input does not fit` };
          },
        }
      : {}),
    async run(input, context): Promise<ActionResult> {
      const parsed = definition.input.safeParse(input);
      if (!parsed.success) {
        const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'with'}: ${message}`);
        return failure('invalid', 'invalid_input', `${name}: ${faults.join('; ')}`);
      }
      const result = await definition.run(parsed.data, context);
      return result.outcome === 'failed'
        ? result
        : { outcome: 'succeeded', output: toJson(definition.output.parse(result.output)) };
    },
  };
}

const asKey = (key: PropertyKey): string | number => (typeof key === 'symbol' ? String(key) : key);

/** A failed result. Messages go to people: they never carry a secret. */
export function failure(
  kind: StepError['class'],
  code: string,
  message: string,
  retryAfterMs?: number,
): { outcome: 'failed'; error: StepError } {
  const error = { class: kind, code, message: cleanText(message) };
  return { outcome: 'failed', error: retryAfterMs === undefined ? error : { ...error, retryAfterMs } };
}
