// Routes of digests, and of how busy this Firebreak is.
import { z } from 'zod';
import { ApiDigest, ApiDigestKind } from '../digest.ts';
import { ApiLoad } from '../load.ts';
import type { RouteTable } from '../route.ts';

/** Routes of digests and of the load. */
export const digestRoutes = {
  'GET /digests/:kind': {
    tag: 'automation',
    summary: 'The digest that was due last: what failed, waits, was undone or changed, in sentences',
    right: 'view',
    params: z.object({ kind: ApiDigestKind }),
    query: z.object({
      at: z.iso
        .datetime({ offset: true })
        .optional()
        .describe('The one that was due last at this instant; default: now'),
    }),
    answers: {
      200: {
        description:
          'Private incidents that you may not know of are counted, and named nowhere; access is for those who may administer',
        schema: ApiDigest,
      },
    },
  },
  'GET /load': {
    tag: 'automation',
    summary: 'What waits, by kind and pool: how much, and for how long. For autoscalers',
    right: 'view',
    answers: { 200: { description: 'As the database has it, at most a few seconds ago', schema: ApiLoad } },
  },
} satisfies RouteTable;
