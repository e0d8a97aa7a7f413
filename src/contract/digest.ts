// Digests over the API: what happened in a day, a week or a month, in sentences.
import { z } from 'zod';

/** The digests there are. */
export const ApiDigestKind = z.enum(['daily', 'weekly', 'monthly']);
export type ApiDigestKind = z.infer<typeof ApiDigestKind>;

/** One digest. */
export const ApiDigest = z.object({
  id: z.string().describe('Kind and end of its time'),
  kind: ApiDigestKind,
  from: z.string(),
  to: z.string().describe('When it was due; not in its time'),
  timezone: z.string().describe('Whose days, weeks and months they are'),
  title: z.string(),
  headline: z.string(),
  sections: z
    .array(
      z.object({
        id: z.string(),
        title: z.string(),
        lines: z.array(
          z.object({
            text: z.string(),
            incident: z
              .int()
              .nullable()
              .describe('Number of an incident that shows it; null: none does, or it is private'),
          }),
        ),
        more: z.int().describe('Lines that are left out'),
      }),
    )
    .describe('Those that have something to say; none: the digest is quiet'),
});
export type ApiDigest = z.infer<typeof ApiDigest>;
