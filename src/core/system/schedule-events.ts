// Facts about schedules and their slots. Dotted past tense; a type may gain optional fields, never lose or rename one.
import { z } from 'zod';
import { eventSchema } from '../event-schema.ts';
import { PlaybookRef } from '../playbook/playbook.ts';
import { CatchUp } from '../schedule/entry.ts';

/** One schedule: by the name of its playbook, and its own. */
const schedule = { playbook: z.string(), schedule: z.string() };

/** Why slots did not start. */
export const MissedBecause = z.enum([
  /** Nothing was at work in their minute, or the clock went over them. */
  'late',
  /** The run of an earlier slot was still at work. */
  'still_running',
  /** A later slot is started in their place, or more were missed than are caught up. */
  'not_caught_up',
  /** The schedule was changed or taken away before anything found them due. */
  'changed',
]);
export type MissedBecause = z.infer<typeof MissedBecause>;

/** The facts. */
export const scheduleEvents = [
  /** A schedule came into force, or another version of it did. From then on its slots count. */
  eventSchema('schedule.set', {
    playbook: PlaybookRef,
    schedule: z.string(),
    cron: z.string(),
    timezone: z.string(),
    catchUp: CatchUp,
  }),
  eventSchema('schedule.removed', schedule),
  /**
   * A slot is to be started, as the playbook is in force now: these ids are those of its run and incident, whoever starts it. `approval`:
   * people are asked first, or in which run they have agreed to this version.
   */
  eventSchema('slot.claimed', {
    playbook: PlaybookRef,
    schedule: z.string(),
    slotAt: z.string(),
    runId: z.string(),
    incidentId: z.string(),
    approval: z
      .discriminatedUnion('type', [
        z.object({ type: z.literal('asked') }),
        z.object({ type: z.literal('given'), runId: z.string() }),
      ])
      .optional(),
  }),
  eventSchema('slot.started', { ...schedule, slotAt: z.string(), runId: z.string() }),
  /** A claimed slot could not be started. */
  eventSchema('slot.refused', { ...schedule, slotAt: z.string(), runId: z.string(), reason: z.string() }),
  /** Slots that start no more: `count` of them, the first and the last included. */
  eventSchema('slots.missed', {
    ...schedule,
    firstAt: z.string(),
    lastAt: z.string(),
    count: z.number(),
    because: MissedBecause,
  }),
] as const;
