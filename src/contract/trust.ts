// How much playbooks are trusted to act without asking, over the API. Shapes only.
import { z } from 'zod';

/** How one playbook stands. */
export const ApiTrust = z.object({
  id: z.string(),
  playbook: z.string(),
  level: z
    .enum(['trusted', 'supervised'])
    .describe('`supervised`: people are asked before each run that an alert or a schedule starts'),
  since: z.string().nullable().describe('null: since ever'),
  reason: z.string().nullable(),
  because: z
    .enum(['budget', 'drill', 'undo', 'review'])
    .nullable()
    .describe('What lowered it by itself; null: people did, or it is trusted'),
  raisedAt: z.string().nullable().describe('When people last raised it'),
  reviewedAt: z.string().nullable(),
  proposedAt: z.string().nullable().describe('When more trust was proposed, after so many clean supervised runs'),
  settings: z.object({
    start: z.enum(['trusted', 'supervised']),
    lowerOn: z.array(z.enum(['budget', 'drill'])),
    cleanRuns: z.int(),
    undoProvenWithinMs: z.number().nullable(),
    reviewEveryMs: z.number().nullable(),
  }),
});
export type ApiTrust = z.infer<typeof ApiTrust>;
