// What one incident knows of an alert, as a merge hands it over. Apart from the state, which may grow: this is what is stored.
import { z } from 'zod';

/** An alert as one incident hands it over to another in a merge. */
export const AbsorbedAlert = z.object({
  fingerprint: z.string(),
  status: z.enum(['firing', 'resolved']),
  title: z.string(),
  source: z.string(),
  count: z.number(),
  startsAt: z.string().nullable(),
  firstAt: z.string(),
  lastAt: z.string(),
  level: z.number().exactOptional(),
  restartedAt: z.string().exactOptional(),
  because: z.string().exactOptional(),
  againAt: z.string().exactOptional(),
  unacted: z.literal(true).exactOptional(),
});
export type AbsorbedAlert = z.infer<typeof AbsorbedAlert>;
