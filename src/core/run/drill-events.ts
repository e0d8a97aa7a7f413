// The facts about how a drill came out. Dotted past tense; a type may gain optional fields, never lose or rename one.
import { z } from 'zod';
import { eventSchema } from '../event-schema.ts';

const run = { runId: z.string() };

/** What became of the alert that a drill began with; absent: it began with its run. */
export const rehearsal = z
  .object({
    /** A real alert like it would start the playbook on what the drill may act on. */
    led: z.boolean(),
    /** Why not; null: it would. */
    reason: z.string().nullable(),
    /** What each of the six stages said. */
    stages: z.array(z.object({ stage: z.string(), outcome: z.string() })),
  })
  .optional();
/** What became of it. */
export type Rehearsal = NonNullable<z.infer<typeof rehearsal>>;

/** Their schemas. */
export const drillEvents = [
  /**
   * The run of a drill did what it should. `undone`: the steps that were undone after it had succeeded, the latest first; none: it proves
   * nothing of undoing. Times in milliseconds.
   */
  eventSchema('drill.passed', {
    ...run,
    /** From its start until it had succeeded, waiting for people included. */
    runMs: z.number(),
    /** What people were asked, all of which they granted; the undoing included. */
    approvals: z.array(z.object({ step: z.string(), waitedMs: z.number() })),
    undone: z.array(z.string()),
    /** null: nothing was to be undone. */
    undoMs: z.number().nullable(),
  }),
  eventSchema('drill.failed', { ...run, reason: z.string() }),
] as const;
