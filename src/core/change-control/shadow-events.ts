// What a version in shadow would have done about an alert, beside what the live one does: a fact of the incident that the alert is in.
import { z } from 'zod';
import { eventSchema } from '../event-schema.ts';
import { PlaybookRef } from '../playbook/playbook.ts';

/** What a version would do with one of its steps. `plan`: digest of what exactly; null: known only when the time comes. */
export const ShadowStep = z.object({
  step: z.string(),
  would: z.enum(['run', 'skip', 'fail', 'not_reached']),
  plan: z.string().nullable(),
  /** Who would be asked first, and how many must agree; null: nobody. */
  approval: z.object({ from: z.array(z.string()), quorum: z.number() }).nullable(),
});
export type ShadowStep = z.infer<typeof ShadowStep>;

/** Facts about versions in shadow. */
export const shadowEvents = [
  /** It decided, and did nothing. `differences`: in words, a few of them; none: it would do the same. */
  eventSchema('shadow.decided', {
    shadow: PlaybookRef,
    live: PlaybookRef,
    fingerprint: z.string(),
    receipt: z.string(),
    /** Whether the alert would start it, and whether it starts the live one. */
    starts: z.boolean(),
    liveStarts: z.boolean(),
    steps: z.array(ShadowStep),
    differences: z.array(z.string()),
  }),
] as const;
