// One entry of `schedule:` as it is compiled into a playbook. Says nothing of when it fires: that is slots.ts.
import { z } from 'zod';
import { JsonValue } from '../alert/alert.ts';

/**
 * What becomes of slots that could not start in their minute, because nothing was at work or the run of an earlier slot still was. `skip`:
 * they are recorded as missed. `latest`: the newest of them is started, the others are recorded as missed. `all`: they are started one after
 * the other, the newest `catchUpMax` of them; older ones are recorded as missed.
 */
export const CatchUp = z.enum(['skip', 'latest', 'all']);
export type CatchUp = z.infer<typeof CatchUp>;

/** People who must agree to the first run of each version of the playbook. */
export const ScheduleApproval = z.object({
  from: z.array(z.string().min(1)).min(1),
  /** How long that request stands, in milliseconds. */
  expiresInMs: z.number().int().min(1000),
});
export type ScheduleApproval = z.infer<typeof ScheduleApproval>;

/** When a playbook starts by itself. */
export const ScheduleEntry = z.object({
  /** Within its playbook; `default` where the file gives none. */
  name: z.string(),
  /** As it is written: five fields, six with a second, or a nickname such as `@daily`. */
  cron: z.string(),
  /** An IANA time zone. */
  timezone: z.string(),
  inputs: z.record(z.string(), JsonValue),
  catchUp: CatchUp,
  /** Slots that are caught up at most; of `all` only. */
  catchUpMax: z.number().int().min(1).max(1000),
  approval: ScheduleApproval.nullable(),
  /** Its runs are drills, with the inputs that the playbook gives for these. Absent: they are meant. */
  drill: z.literal(true).exactOptional(),
});
export type ScheduleEntry = z.infer<typeof ScheduleEntry>;

/** The name of an entry that has none in the file. */
export const unnamedEntry = 'default';
