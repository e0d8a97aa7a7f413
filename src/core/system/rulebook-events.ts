// Facts about the rules of an installation. Dotted past tense; a type may gain optional fields, never lose or rename one.
import { z } from 'zod';
import { eventSchema } from '../event-schema.ts';

/** What changed of the policies, freezes and environments, by name. */
export const RulebookChange = z.object({
  added: z.array(z.string()),
  removed: z.array(z.string()),
  changed: z.array(z.string()),
});
export type RulebookChange = z.infer<typeof RulebookChange>;

/** Their schemas. */
export const rulebookEvents = [
  /** Other rules are in force. `from`: null where none were recorded. `says`: what the rules before had to say of it. */
  eventSchema('rulebook.changed', {
    from: z.string().nullable(),
    to: z.string(),
    source: z.string(),
    ...RulebookChange.shape,
    says: z.array(z.string()),
  }),
  /** The rules before do not let others be in force; they stay. */
  eventSchema('rulebook.refused', { from: z.string(), to: z.string(), source: z.string(), reason: z.string() }),
] as const;
