// What can be asked for about the schedules of playbooks.
import type { Caller } from '../core/authority/principal.ts';
import type { PlaybookRef } from '../core/playbook/playbook.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Result } from '../core/result.ts';
import type { RunState } from '../core/run/state.ts';
import type { ScheduleApproval } from '../core/schedule/entry.ts';
import type { ClaimedSlot, ScheduleRecord } from '../core/system/schedules.ts';

/** A schedule as it is listed. Instants are ISO 8601 in UTC. */
export type ListedSchedule = Pick<
  ScheduleRecord,
  'name' | 'cron' | 'timezone' | 'catchUp' | 'missed' | 'missedCount'
> & {
  readonly playbook: PlaybookRef;
  /** The expression in words. */
  readonly words: string;
  /** Who must agree to the first run of each version, and whether a slot has found that they did; null: nobody is asked. */
  readonly approval: (Pick<ScheduleApproval, 'from'> & { readonly isGiven: boolean }) | null;
  /** False: no worker has taken it up yet. */
  readonly inForce: boolean;
  /** Why its runs start no step; null: they do. */
  readonly halted: string | null;
  /** The next slots. */
  readonly next: readonly string[];
  /** Slots until this later instant are dealt with, because the clock went back; null: it did not. */
  readonly doneUntil: string | null;
  /** The latest slot that was claimed; `run` null: there is none, or whoever asks may not know of it. */
  readonly last:
    | (Pick<ClaimedSlot, 'slotAt' | 'claimedAt' | 'status' | 'reason'> & {
        readonly version: string;
        readonly run: { readonly id: string; readonly status: RunState['status']; readonly incident: number } | null;
      })
    | null;
};

/** What can be asked for about schedules. Needs the right `view`. */
export type ScheduleOperations = {
  /** Those in force, and those of playbooks that this process knows; the one that is due first first. */
  readonly schedules: (asked: Pick<Caller, 'principal'>) => Promise<Result<readonly ListedSchedule[], Refusal>>;
};
