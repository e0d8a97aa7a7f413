// How the parts of a process stand, as `GET /healthz/parts` answers. Shapes only.
import { z } from 'zod';

/** One part. */
export const ApiPart = z.object({
  name: z.string().describe('database, queue, slack, log, clock, workers, sealing, record or deadman'),
  status: z
    .enum(['up', 'away', 'off'])
    .describe('`away`: it is missed, and what does not need it goes on; `off`: it is not configured'),
  since: z.string(),
  error: z.string().nullable().describe('The last trouble with it, without secrets'),
});

/** All of them. */
export const ApiParts = z.object({ parts: z.array(ApiPart) });
export type ApiParts = z.infer<typeof ApiParts>;
