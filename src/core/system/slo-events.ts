// Facts about what is promised of the automation. Dotted past tense; a type may gain optional fields, never lose or rename one.
import { z } from 'zod';
import { eventSchema } from '../event-schema.ts';
import { sloObjectives } from '../slo/objective.ts';

/** `subject`: `*` is Firebreak as a whole, else a playbook's name. */
const promise = { subject: z.string(), objective: z.enum(sloObjectives) };

/** Their schemas. */
export const sloEvents = [
  /**
   * The error budget of a promise is used up. `n` and `bad`: observations of the window, and those against it, an exercise as a part of one;
   * `target` and `high`: shares from 0 to 1, of which the second is the most that the numbers allow.
   */
  eventSchema('slo.burned', {
    ...promise,
    windowMs: z.number(),
    target: z.number(),
    n: z.number(),
    bad: z.number(),
    high: z.number(),
  }),
  /** It is no longer overdrawn; or, `promised` false, nothing of the kind is promised any more. */
  eventSchema('slo.recovered', { ...promise, promised: z.boolean() }),
] as const;
