// Facts about the right of playbooks to act without asking. Dotted past tense; a type may gain optional fields, never lose or rename one.
import { z } from 'zod';
import { eventSchema } from '../event-schema.ts';
import { trustCauses } from '../trust/settings.ts';

/** Their schemas. */
export const trustEvents = [
  /** From then on people are asked before runs that alerts or schedules start. `because`: what did it by itself; absent: somebody did. */
  eventSchema('trust.lowered', { playbook: z.string(), reason: z.string(), because: z.enum(trustCauses).optional() }),
  /** So many supervised runs in a row ended well: people may think of raising it. */
  eventSchema('trust.proposed', { playbook: z.string(), runs: z.number() }),
  eventSchema('trust.raised', { playbook: z.string(), reason: z.string() }),
  /** Somebody has looked at the playbook and found it right. */
  eventSchema('trust.reviewed', { playbook: z.string(), reason: z.string() }),
] as const;
