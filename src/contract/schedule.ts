// Schedules over the API: when playbooks start by themselves, and what became of that.
import { z } from 'zod';
import { ApiPlaybookRef } from './playbook.ts';
import { ApiRunStatus } from './run.ts';

/** Slots that were missed, one after the other. */
const ApiMissedSlots = z.object({
  firstAt: z.string(),
  lastAt: z.string(),
  count: z.int(),
  because: z
    .enum(['late', 'still_running', 'not_caught_up', 'changed'])
    .describe(
      'Nothing was at work in their minute; the run before was still at work; a later slot is started instead; the schedule was changed',
    ),
  at: z.string().describe('When that was recorded'),
});

/** A schedule. */
export const ApiSchedule = z.object({
  /** Playbook and name: every thing of the API has its `id`. */
  id: z.string(),
  playbook: ApiPlaybookRef,
  name: z.string().describe('`default` where the playbook gives it none'),
  cron: z.string(),
  timezone: z.string(),
  words: z.string().describe('The expression in words'),
  catchUp: z.enum(['skip', 'latest', 'all']),
  approval: z
    .object({
      from: z.array(z.string()),
      isGiven: z.boolean().describe('A slot has found that they agreed to this version'),
    })
    .nullable()
    .describe('Who must agree to the first run of each version; null: nobody is asked'),
  inForce: z.boolean().describe('False: no worker has taken it up yet'),
  halted: z.string().nullable().describe('Why its runs start no step; null: they do'),
  next: z.array(z.string()).describe('The next slots, in UTC'),
  doneUntil: z.string().nullable().describe('The clock went back: slots until then are dealt with; null: it did not'),
  last: z
    .object({
      slotAt: z.string(),
      claimedAt: z.string(),
      version: z.string(),
      status: z.enum(['claimed', 'started', 'refused']),
      reason: z.string().nullable().describe('Why it could not be started; null: it could'),
      run: z
        .object({ id: z.string(), status: ApiRunStatus, incident: z.int() })
        .nullable()
        .describe('null: there is none, or you may not know of it'),
    })
    .nullable()
    .describe('The latest slot that was started; null: none yet'),
  missed: z.array(ApiMissedSlots).describe('The latest, a few of them'),
  missedCount: z.int().describe('Slots that were missed in all'),
});
export type ApiSchedule = z.infer<typeof ApiSchedule>;
