// Whoever asks, over the API: who that is to Firebreak, how it was proven, and what it may do.
import { z } from 'zod';
import { Right } from '../core/authority/right.ts';
import { ApiActor } from './actor.ts';

/** Whoever asks. */
export const ApiMe = z.object({
  actor: ApiActor.describe('As whom everything is recorded that is done now'),
  proof: z
    .enum(['token', 'machine', 'session', 'slack'])
    .describe('What proved it: a service token; a program on this machine; a session; a signature of Slack'),
  rights: z.record(Right, z.boolean()).describe('Each right: held for everything, or not'),
  bound: z
    .array(Right)
    .describe(
      'Rights held for some playbooks, services or environments only; what is asked says whether they reach it',
    ),
});
export type ApiMe = z.infer<typeof ApiMe>;
