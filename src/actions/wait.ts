// wait, approval and playbook: carried out by the engine itself (core/run/advance.ts); here only their inputs are described.
import { z } from 'zod';
import { JsonValue } from '../core/alert/alert.ts';
import { parseDuration } from '../core/time.ts';
import { defineAction, failure } from './action.ts';

const engineOnly = async () => failure('invalid', 'engine_only', 'this action is carried out by the engine');

const duration = z.string().refine((text) => parseDuration(text) !== null, 'must be a duration such as 30s or 5m');

/** Waits without holding a worker. */
export const wait = defineAction({
  name: 'wait',
  description: 'Waits for a time, for a signal from outside, or for the alert to be resolved.',
  kind: 'timer',
  input: z
    .strictObject({
      for: duration.optional(),
      signal: z
        .string()
        .regex(/^[A-Za-z][\w.-]{0,62}$/, 'must be a plain name')
        .optional(),
      alertResolved: z.literal(true).optional(),
      atMost: duration.optional(),
    })
    .refine(
      ({ for: time, signal, alertResolved }) =>
        [time, signal, alertResolved].filter((one) => one !== undefined).length === 1,
      { path: ['for'], message: 'give one of `for`, `signal` and `alertResolved`' },
    ),
  output: z.object({ waitedMs: z.number(), signal: z.string().optional(), data: JsonValue.optional() }),
  replay: 'safe',
  risk: 'low',
  timeoutMs: 1000,
  sample: { for: '30s' },
  run: engineOnly,
});

/** Asks people and does nothing else. */
export const approval = defineAction({
  name: 'approval',
  description: 'Waits for the approval of people.',
  kind: 'gate',
  input: z.strictObject({ message: z.string().max(2000).default('') }),
  output: z.object({ approvers: z.array(z.string()) }),
  replay: 'safe',
  risk: 'low',
  timeoutMs: 1000,
  sample: { message: 'Go on with the failover?' },
  run: engineOnly,
});

/** Lets another playbook do it, as a run of its own in the same incident. */
export const playbook = defineAction({
  name: 'playbook',
  description: 'Runs another playbook and waits for its end; cancelled and undone together with it.',
  kind: 'playbook',
  input: z.strictObject({ playbook: z.string().min(1), inputs: z.record(z.string(), JsonValue).default({}) }),
  output: z.object({ runId: z.string(), status: z.string(), outputs: z.record(z.string(), JsonValue) }),
  replay: 'safe',
  risk: 'low',
  timeoutMs: 1000,
  sample: { playbook: 'restart-service', inputs: { service: 'checkout' } },
  run: engineOnly,
});
