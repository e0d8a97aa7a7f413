// How busy a Firebreak is, over the API.
import { z } from 'zod';

/** What waits. */
export const ApiLoad = z.object({
  queues: z.array(
    z.object({
      id: z.string().describe('Kind and pool'),
      kind: z.string().describe('intake, runs or slack'),
      pool: z.string().describe('Of workers; empty where there is none'),
      depth: z.int().describe('Work that is due and not begun'),
      oldestMs: z.number().describe('For how long the longest of it waits; 0: nothing waits'),
      workers: z.int().describe('Worker processes of the pool whose lease has not ended'),
    }),
  ),
  resting: z.string().nullable().describe('Why work that can wait rests; null: it does not'),
});
export type ApiLoad = z.infer<typeof ApiLoad>;
