// `digest:` of firebreak.yaml: which digests are told where and when. Tells none.
import { z } from 'zod';
import { isTimeZone } from '../core/alert/local-time.ts';
import { digestKinds } from '../core/digest/span.ts';
import type { DigestSettings } from '../ports/digests.ts';

/** The section. Without a channel nothing is told; the pages are there all the same. */
export const DigestSetting = z
  .strictObject({
    channel: z
      .string()
      .regex(
        /^(?:#[\p{Ll}\p{Lo}\p{N}_-]{1,80}|[CG][A-Z0-9]+)$/u,
        'must be a channel such as "#automation" or C012ABCDEF',
      )
      .nullable()
      .default(null),
    /** Whose days, weeks and months they are about (IANA). */
    timezone: z.string().refine(isTimeZone, 'must be a time zone such as Europe/Berlin').default('UTC'),
    hour: z.number().int().min(0, 'must be an hour, 0 to 23').max(23, 'must be an hour, 0 to 23').default(9),
    which: z
      .array(z.enum(digestKinds, { error: `must be ${digestKinds.join(', ')}` }))
      .min(1, 'must name one digest at least; leave the channel out to be told none')
      .transform((kinds) => [...new Set(kinds)])
      .default(['daily']),
  })
  .prefault({}) satisfies z.ZodType<DigestSettings>;
