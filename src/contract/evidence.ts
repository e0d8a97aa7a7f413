// The evidence of incidents over the API.
import { z } from 'zod';

const CapturedBy = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step'), runId: z.string(), step: z.string(), attempt: z.int() }),
  ...(['opening', 'resolution', 'chat'] as const).map((type) =>
    z.object({
      type: z.literal(type),
      of: z.string().describe('What it was taken from, such as a query or a message'),
    }),
  ),
]);

/** One piece of evidence. */
export const ApiEvidence = z.object({
  name: z.string(),
  type: z.string().nullable().describe('Media type by its bytes; null: an earlier version kept none'),
  preview: z.enum(['text', 'json', 'csv', 'chart', 'image', 'download']).describe('How it may be shown'),
  bytes: z.int(),
  cutBytes: z.int().describe('Bytes that were left out because there were too many; 0: none'),
  digest: z.string().describe('`sha256:<hex>`; its content is at `/artifacts/<digest>`'),
  capturedAt: z.string(),
  capturedBy: CapturedBy,
  seq: z.int().describe('Place of the event that names it in the timeline'),
  redacted: z.boolean().describe('Its content was taken out; what is left is its digest'),
});
export type ApiEvidence = z.infer<typeof ApiEvidence>;
