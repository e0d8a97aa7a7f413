// assert: fails the run unless a condition holds. Acts on nothing.
import { z } from 'zod';
import { defineAction, failure } from './action.ts';

/** The action. */
export const assertAction = defineAction({
  name: 'assert',
  description: 'Fails unless `that` is true.',
  kind: 'effect',
  input: z.strictObject({ that: z.boolean(), message: z.string().default('the assertion does not hold') }),
  output: z.object({ held: z.boolean() }),
  replay: 'safe',
  risk: 'low',
  timeoutMs: 1000,
  sample: { that: true },
  async run({ that, message }) {
    return that ? { outcome: 'succeeded', output: { held: true } } : failure('invalid', 'assertion_failed', message);
  },
});
