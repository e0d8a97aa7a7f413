// wait and approval: carried out by the engine itself (core/run/advance.ts); here only their inputs are described.
import { z } from 'zod';
import { parseDuration } from '../core/time.ts';
import { defineAction, failure } from './action.ts';

const engineOnly = async () => failure('invalid', 'engine_only', 'this action is carried out by the engine');

/** Waits for a time without holding a worker. */
export const wait = defineAction({
  name: 'wait',
  description: 'Waits for a time.',
  kind: 'timer',
  input: z.strictObject({
    for: z.string().refine((text) => parseDuration(text) !== null, 'must be a duration such as 30s or 5m'),
  }),
  output: z.object({ waitedMs: z.number() }),
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
