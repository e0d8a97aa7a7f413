// Errors of the API: application/problem+json (RFC 9457).
import { z } from 'zod';

/** The media type of every error. */
export const problemType = 'application/problem+json';

/** An error or a refusal. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string().describe('Stable; programs tell errors apart by it'),
  detail: z.string().describe('What is wrong and what would be right'),
  faults: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe('Fields at fault'),
  right: z.string().optional().describe('The right that is missing, for `not_allowed`'),
  edits: z
    .object({
      version: z.int().describe('What the document has now'),
      since: z.array(z.object({ section: z.string(), version: z.int(), by: z.string(), at: z.string() })),
      yours: z.unknown().describe('What was sent and not taken; null where nothing was written'),
    })
    .optional()
    .describe('For `conflict` of a document: who edited what in between'),
  correlationId: z.string().optional().describe('What the caller sent as `X-Request-Id`'),
  receipt: z.string().optional().describe('Under which a delivery that cannot be used is kept'),
});
export type Problem = z.infer<typeof Problem>;
