// The facts about what policies and freezes said of a run. Dotted past tense; a type may gain optional fields, never lose or rename one.
import { z } from 'zod';
import { JsonValue } from '../alert/alert.ts';
import { eventSchema } from '../event-schema.ts';
import { Effect, JudgedAt } from './rulebook.ts';

/** What was found of one start, step or order. */
export const JudgedFact = z.object({
  runId: z.string(),
  /** Node key; absent: it was about the run as a whole. */
  node: z.string().optional(),
  judgedAt: JudgedAt,
  /** Digest of the rule book, under which it is kept for ever. */
  rulebook: z.string(),
  /** The rules that held, in the order in which they were asked. */
  rules: z.array(z.object({ policy: z.string(), rule: z.string(), effect: Effect, error: z.string().optional() })),
  freezes: z.array(z.object({ name: z.string(), until: z.string().nullable() })),
  environment: z.string().optional(),
  /** The inputs that those rules looked at. One that is too large is told by its digest alone. */
  saw: z.record(z.string(), JsonValue),
  /** What people read of it, a line each. */
  says: z.array(z.string()),
});
export type JudgedFact = z.infer<typeof JudgedFact>;

/** Their schemas. */
export const policyEvents = [
  eventSchema('policy.judged', JudgedFact.shape),
  /** A freeze holds it; it is looked at again at `until`. */
  eventSchema('step.frozen', {
    runId: z.string(),
    step: z.string(),
    freeze: z.string(),
    until: z.string(),
    reason: z.string(),
  }),
  /** No freeze holds this run any more: an exception of somebody with the right `bypass`. */
  eventSchema('run.excepted', { runId: z.string(), reason: z.string() }),
] as const;
