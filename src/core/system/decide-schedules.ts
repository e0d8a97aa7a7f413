// The rules of schedules: which slots are due, which of them are started and which are missed. Pure: the same ledger and the same instant
// give the same answer, whichever process asks.
//
// A schedule never overlaps itself: while the run of a slot is at work, later slots wait to be caught up, or are missed, as `catchUp` says.
import { formatId } from '../ids.ts';
import type { Playbook, PlaybookRef } from '../playbook/playbook.ts';
import { sha256 } from '../primitives.ts';
import { assertNever } from '../result.ts';
import { readCron } from '../schedule/cron.ts';
import type { ScheduleEntry } from '../schedule/entry.ts';
import { type SlotsBetween, slotsBetween } from '../schedule/slots.ts';
import type { SystemEvent } from './events.ts';
import type { MissedBecause } from './schedule-events.ts';
import { type ScheduleRecord, type ScheduleRecords, scheduleKey, scheduleNamed } from './schedules.ts';

/** A slot that nothing has claimed for longer than this, in milliseconds, is late. */
export const lateAfterMs = 60_000;

/** A playbook with a schedule, and its digest. */
export type ScheduledPlaybook = { readonly playbook: Pick<Playbook, 'name' | 'schedule'>; readonly ref: PlaybookRef };

/** A process looks which slots are due. */
export type ClaimSlots = {
  readonly type: 'claim_slots';
  /** All that are in force for this process. */
  readonly playbooks: readonly ScheduledPlaybook[];
  /** When this process read them: what was set later is newer than what it knows. */
  readonly loadedAt: string;
  /** Of the runs of latest claims those that are over, and those whose start people have agreed to. */
  readonly over: ReadonlySet<string>;
  readonly agreed: ReadonlySet<string>;
};

/** What became of claimed slots. `reason`: why one could not be started; null: it was. */
export type SettleSlots = {
  readonly type: 'settle_slots';
  readonly settled: readonly {
    readonly playbook: string;
    readonly schedule: string;
    readonly runId: string;
    readonly reason: string | null;
  }[];
};

type Facts = readonly SystemEvent[];
type Entry = { readonly entry: ScheduleEntry; readonly ref: PlaybookRef };

/** The entries that playbooks have, by `scheduleKey`. */
const entriesOf = (playbooks: readonly ScheduledPlaybook[]): ReadonlyMap<string, Entry> =>
  new Map(
    playbooks.flatMap(({ playbook, ref }) =>
      (playbook.schedule ?? []).map((entry) => [scheduleKey(playbook.name, entry.name), { entry, ref }] as const),
    ),
  );

/** What is to be recorded now; nothing: no slot is due. */
export function claimSlots(records: ScheduleRecords, command: ClaimSlots, at: string): Facts {
  const entries = entriesOf(command.playbooks);
  const keys = new Set([...entries.keys(), ...Object.keys(records)]);
  return [...keys].flatMap((key) => decideOne(scheduleNamed(records, key), entries.get(key), { ...command, at }));
}

type Moment = Omit<ClaimSlots, 'type' | 'playbooks'> & { readonly at: string };

function decideOne(record: ScheduleRecord | undefined, known: Entry | undefined, moment: Moment): Facts {
  const { at, loadedAt } = moment;
  const isCurrent = record?.removedAt === null;
  // A process that read its playbooks before another version came into force says nothing against that version.
  const changedAt = record === undefined ? null : (record.removedAt ?? record.setAt);
  const isOutdated = changedAt !== null && loadedAt <= changedAt;
  if (record === undefined || !isCurrent) return known === undefined || isOutdated ? [] : [setTo(known)];
  if (known?.ref.digest === record.playbook.digest) return claimOne(record, known, moment);
  if (isOutdated) return [];
  if (known === undefined) return [...dueAll(record, at), { type: 'schedule.removed', data: namesOf(record) }];
  const hasSameTimes = known.entry.cron === record.cron && known.entry.timezone === record.timezone;
  return hasSameTimes ? [setTo(known)] : [...dueAll(record, at), setTo(known)];
}

const namesOf = ({ playbook, name }: Pick<ScheduleRecord, 'playbook' | 'name'>) => ({
  playbook: playbook.name,
  schedule: name,
});

const setTo = ({ entry: { name, cron, timezone, catchUp }, ref }: Entry): SystemEvent => ({
  type: 'schedule.set',
  data: { playbook: ref, schedule: name, cron, timezone, catchUp },
});

/** Due slots; `keep`: of the newest so many one by one. */
function dueSlots({ cron: text, timezone: zone, doneUntil }: ScheduleRecord, at: string, keep: number): SlotsBetween {
  const cron = readCron(text);
  // It was checked when the playbook was read; a version that reads less leaves it alone.
  if (!cron.ok) return { newest: [], earlier: null };
  return slotsBetween({ cron: cron.value, zone }, Date.parse(doneUntil), Date.parse(at), keep);
}

/** True if a slot of it is due: only then it matters how its last run stands. */
export const isDue = (record: ScheduleRecord, at: string): boolean =>
  record.removedAt === null && dueSlots(record, at, 1).newest.length > 0;

/** Everything that is due is missed: the times of the schedule are no more. */
function dueAll(record: ScheduleRecord, at: string): Facts {
  const { newest, earlier } = dueSlots(record, at, 1);
  return missed(record, { slots: newest, earlier, because: 'changed' });
}

const instant = (ms: number) => new Date(ms).toISOString();

function missed(
  record: ScheduleRecord,
  {
    slots,
    earlier = null,
    because,
  }: {
    readonly slots: readonly number[];
    readonly earlier?: SlotsBetween['earlier'];
    readonly because: MissedBecause;
  },
): Facts {
  const first = earlier?.firstMs ?? slots[0];
  const last = slots.at(-1) ?? earlier?.lastMs;
  if (first === undefined || last === undefined) return [];
  const count = (earlier?.count ?? 0) + slots.length;
  return [
    {
      type: 'slots.missed',
      data: { ...namesOf(record), firstAt: instant(first), lastAt: instant(last), count, because },
    },
  ];
}

function claimOne(record: ScheduleRecord, { entry, ref }: Entry, moment: Moment): Facts {
  const { catchUp, catchUpMax } = entry;
  const { newest, earlier } = dueSlots(record, moment.at, catchUp === 'all' ? catchUpMax : 1);
  const slot = catchUp === 'all' ? newest[0] : newest.at(-1);
  if (slot === undefined) return [];
  const isWorking = record.last !== null && record.last.status !== 'refused' && !isOver(record.last, moment);
  const claim = () => claimed(record, { entry, ref, slot, moment });
  switch (catchUp) {
    case 'skip': {
      const because = isWorking ? 'still_running' : 'late';
      if (Date.parse(moment.at) - slot >= lateAfterMs) return missed(record, { slots: newest, earlier, because });
      // Within its minute it waits for the earlier run; those before it do not.
      return [...missed(record, { slots: [], earlier, because }), ...(isWorking ? [] : [claim()])];
    }
    case 'latest':
    case 'all':
      if (isWorking) return [];
      return [...missed(record, { slots: [], earlier, because: 'not_caught_up' }), claim()];
    default:
      return assertNever(catchUp);
  }
}

const isOver = ({ status, runId }: NonNullable<ScheduleRecord['last']>, { over }: Moment) =>
  status === 'started' && over.has(runId);

function claimed(
  record: ScheduleRecord,
  given: Entry & { readonly slot: number; readonly moment: Moment },
): SystemEvent {
  const { entry, ref, slot, moment } = given;
  const slotAt = instant(slot);
  const [run, incident] = ['run', 'inc'].map((prefix) => sha256(`${prefix} ${ref.name} ${entry.name} ${slotAt}`));
  const atMs = Date.parse(moment.at);
  const approval = entry.approval === null ? null : approvalFor(record, ref.digest, moment);
  return {
    type: 'slot.claimed',
    data: {
      playbook: ref,
      schedule: entry.name,
      slotAt,
      runId: formatId('run', atMs, Buffer.from(run ?? '', 'hex')),
      incidentId: formatId('inc', atMs, Buffer.from(incident ?? '', 'hex')),
      ...(approval === null ? {} : { approval }),
    },
  };
}

/** People are asked once about each version; what they agreed to holds until it changes. */
function approvalFor(
  { approval }: ScheduleRecord,
  digest: string,
  { agreed }: Moment,
): { readonly type: 'asked' } | { readonly type: 'given'; readonly runId: string } {
  if (approval?.digest !== digest) return { type: 'asked' };
  return approval.isGiven || agreed.has(approval.runId) ? { type: 'given', runId: approval.runId } : { type: 'asked' };
}

/** What settled claims record; nothing: they were settled before. */
export function settleSlots(records: ScheduleRecords, { settled }: SettleSlots): Facts {
  return settled.flatMap(({ playbook, schedule, runId, reason }): Facts => {
    const { last } = scheduleNamed(records, scheduleKey(playbook, schedule)) ?? { last: null };
    if (last?.runId !== runId || last.status !== 'claimed') return [];
    const data = { playbook, schedule, slotAt: last.slotAt, runId };
    return [reason === null ? { type: 'slot.started', data } : { type: 'slot.refused', data: { ...data, reason } }];
  });
}
