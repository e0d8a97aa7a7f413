// What the system stream knows of schedules: which are in force, and how far their slots are dealt with. Types, questions and folds.
import type { PlaybookRef } from '../playbook/playbook.ts';
import { assertNever } from '../result.ts';
import type { CatchUp } from '../schedule/entry.ts';
import type { SystemEvent } from './events.ts';
import type { MissedBecause } from './schedule-events.ts';

/** A slot that was claimed. */
export type ClaimedSlot = {
  readonly slotAt: string;
  readonly claimedAt: string;
  /** As it was in force then. */
  readonly playbook: PlaybookRef;
  readonly runId: string;
  readonly incidentId: string;
  /** True: people are asked before anything of it starts. */
  readonly isAsked: boolean;
  /** `claimed`: whether its run is there is to be seen. */
  readonly status: 'claimed' | 'started' | 'refused';
  /** Why it could not be started; null: it could. */
  readonly reason: string | null;
};

/** Slots that were missed, one after the other. */
type MissedSlots = {
  readonly firstAt: string;
  readonly lastAt: string;
  readonly count: number;
  readonly because: MissedBecause;
  /** When that was recorded. */
  readonly at: string;
};

/** One schedule of a playbook. */
export type ScheduleRecord = {
  readonly playbook: PlaybookRef;
  readonly name: string;
  readonly cron: string;
  readonly timezone: string;
  readonly catchUp: CatchUp;
  /** When this version came into force. */
  readonly setAt: string;
  /** null: it is in force. */
  readonly removedAt: string | null;
  /** Slots until then, it included, are claimed or missed. */
  readonly doneUntil: string;
  /** The latest claim; null: none yet. */
  readonly last: ClaimedSlot | null;
  /** The run in which people were asked about a version, and whether a later slot has found that they agreed; null: nobody was asked. */
  readonly approval: { readonly digest: string; readonly runId: string; readonly isGiven: boolean } | null;
  /** The latest, a few of them. */
  readonly missed: readonly MissedSlots[];
  readonly missedCount: number;
};

/** The schedules by `scheduleKey`. */
export type ScheduleRecords = { readonly [key: string]: ScheduleRecord };

/** An event about schedules. */
export type ScheduleEvent = Extract<SystemEvent, { type: `schedule.${string}` | `slot.${string}` | `slots.${string}` }>;

/** True for an event about schedules. */
export const isScheduleEvent = <T extends { readonly type: SystemEvent['type'] }>(
  event: T,
): event is Extract<T, { readonly type: ScheduleEvent['type'] }> => /^(?:schedule|slots?)\./.test(event.type);

/** Names one schedule. */
export const scheduleKey = (playbook: string, name: string): string => `${playbook}/${name}`;

/** The record of a schedule. */
export const scheduleNamed = (records: ScheduleRecords, key: string): ScheduleRecord | undefined =>
  Object.hasOwn(records, key) ? records[key] : undefined;

/** Entries of missed slots that are kept with a schedule; the events keep all. */
const keptMissed = 10;

/** Folds one event. */
export function evolveSchedules(
  records: ScheduleRecords,
  event: ScheduleEvent & { readonly at: string },
): ScheduleRecords {
  const { playbook, schedule } = event.data;
  const key = scheduleKey(typeof playbook === 'string' ? playbook : playbook.name, schedule);
  const before = scheduleNamed(records, key);
  const after = evolveOne(before, event);
  return after === undefined || after === before ? records : { ...records, [key]: after };
}

function evolveOne(
  record: ScheduleRecord | undefined,
  event: ScheduleEvent & { readonly at: string },
): ScheduleRecord | undefined {
  if (event.type === 'schedule.set') return set(record, event);
  // What is said of a schedule that was never set says nothing.
  if (!record) return undefined;
  const { at } = event;
  switch (event.type) {
    case 'schedule.removed':
      return { ...record, removedAt: at };
    case 'slot.claimed': {
      const { playbook, slotAt, runId, incidentId, approval } = event.data;
      const isAsked = approval?.type === 'asked';
      const last = {
        slotAt,
        claimedAt: at,
        playbook,
        runId,
        incidentId,
        isAsked,
        status: 'claimed' as const,
        reason: null,
      };
      const claimed = { ...record, last, doneUntil: slotAt };
      if (approval === undefined) return claimed;
      const of = approval.type === 'asked' ? runId : approval.runId;
      return { ...claimed, approval: { digest: playbook.digest, runId: of, isGiven: !isAsked } };
    }
    case 'slot.started':
      return settled(record, event.data.runId, 'started', null);
    case 'slot.refused':
      return settled(record, event.data.runId, 'refused', event.data.reason);
    case 'slots.missed': {
      const { firstAt, lastAt, count, because } = event.data;
      const missed = [...record.missed, { firstAt, lastAt, count, because, at }].slice(-keptMissed);
      return { ...record, missed, missedCount: record.missedCount + count, doneUntil: lastAt };
    }
    default:
      return assertNever(event);
  }
}

/** The same times go on where they were; others begin now. */
function set(
  record: ScheduleRecord | undefined,
  { at, data }: Extract<ScheduleEvent, { type: 'schedule.set' }> & { readonly at: string },
): ScheduleRecord {
  const { playbook, schedule: name, cron, timezone, catchUp } = data;
  const goesOn = record?.removedAt === null && record.cron === cron && record.timezone === timezone;
  return {
    playbook,
    name,
    cron,
    timezone,
    catchUp,
    setAt: at,
    removedAt: null,
    doneUntil: goesOn ? record.doneUntil : at,
    last: record?.last ?? null,
    approval: record?.approval ?? null,
    missed: record?.missed ?? [],
    missedCount: record?.missedCount ?? 0,
  };
}

function settled(
  record: ScheduleRecord,
  runId: string,
  status: 'started' | 'refused',
  reason: string | null,
): ScheduleRecord {
  return record.last?.runId === runId ? { ...record, last: { ...record.last, status, reason } } : record;
}
