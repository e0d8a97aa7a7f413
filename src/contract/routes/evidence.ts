// Routes of evidence.
import { z } from 'zod';
import { ApiEvidence } from '../evidence.ts';
import { JsonMembers } from '../json.ts';
import { pageOf } from '../paging.ts';
import { PathId } from '../requests.ts';
import type { RouteTable } from '../route.ts';

const PathDigest = z.object({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits'),
});
const ArtifactQuery = z.strictObject({
  inline: z
    .enum(['', '1', 'true'])
    .optional()
    .describe('To be shown instead of kept; heard for text, JSON, CSV, charts, PNG and JPEG only'),
});

/** Routes of evidence. */
export const evidenceRoutes = {
  'GET /incidents/:id/evidence': {
    tag: 'evidence',
    summary: 'The evidence of an incident, in the order in which it was captured',
    right: 'view',
    params: PathId,
    answers: { 200: { description: 'Evidence', schema: pageOf(ApiEvidence) } },
  },
  'GET /artifacts/:digest': {
    tag: 'evidence',
    summary: 'One piece of evidence, as it was captured, as a download',
    right: 'view',
    params: PathDigest,
    query: ArtifactQuery,
    answers: {
      200: {
        description: 'The file; JSON where the evidence is JSON',
        schema: JsonMembers.describe('The evidence itself'),
        files: ['application/octet-stream', 'text/plain', 'image/png', 'image/jpeg'],
      },
    },
  },
} satisfies RouteTable;
