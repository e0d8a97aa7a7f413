// What holds an alert back. Apart from the events, so that whoever shows it need not know them.
import { z } from 'zod';

/** Why an alert is not told to people: who or what holds it, and until when; null: until something happens. */
export const Hold = z.object({
  by: z.enum(['silence', 'window', 'inhibition', 'route', 'wait', 'pause', 'threshold', 'flapping']),
  /** The silence, window or rule; for a rule of the group itself, the group's. */
  name: z.string(),
  owner: z.string().nullable(),
  reason: z.string().nullable(),
  until: z.string().nullable(),
});
export type Hold = z.infer<typeof Hold>;
