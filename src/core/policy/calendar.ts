// What a calendar shows policies at an instant, and when a freeze holds. Reads no clock: instants come in.
import { z } from 'zod';
import { localTime } from '../alert/local-time.ts';
import { nextOccurrence, type Occurrence, occurrenceAt } from '../alert/occurrence.ts';
import type { TimeInterval } from '../alert/time-interval.ts';

const span = z.array(z.object({ from: z.number(), to: z.number() })).exactOptional();

/** A `TimeInterval` as it was read, so that it can be stored and read again. */
export const ReadInterval = z.object({
  times: z.array(z.object({ start: z.number(), end: z.number() })).exactOptional(),
  weekdays: span,
  daysOfMonth: span,
  months: span,
  years: span,
  location: z.string().exactOptional(),
}) satisfies z.ZodType<TimeInterval>;
export type ReadInterval = z.infer<typeof ReadInterval>;

/** When something holds: once, or again and again. */
export type HoldTimes = {
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly during?: readonly ReadInterval[];
  readonly until?: string;
};

/** From when until when it holds at an instant; null: it does not. */
export function heldAt({ startsAt, endsAt, during, until }: HoldTimes, at: string): Occurrence | null {
  if (!during)
    return startsAt !== undefined && endsAt !== undefined && startsAt <= at && at < endsAt
      ? { startsAt, endsAt }
      : null;
  if (until !== undefined && at >= until) return null;
  return clipped(occurrenceAt(during, at), until);
}

/** From when until when it holds next, after an instant; null: it does not come again. */
export function heldNext({ startsAt, endsAt, during, until }: HoldTimes, at: string): Occurrence | null {
  if (!during) return startsAt !== undefined && endsAt !== undefined && startsAt > at ? { startsAt, endsAt } : null;
  const next = nextOccurrence(during, at);
  if (next === null || (until !== undefined && (next.startsAt ?? at) >= until)) return null;
  return clipped(next, until);
}

function clipped(occurrence: Occurrence | null, until: string | undefined): Occurrence | null {
  if (occurrence === null || until === undefined) return occurrence;
  const { startsAt, endsAt } = occurrence;
  return { startsAt, endsAt: endsAt === null || endsAt > until ? until : endsAt };
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** What clock and calendar show, as policies see it. */
export function timeIn(zone: string, at: string) {
  const { year, month, day, weekday, minute } = localTime(zone, Date.parse(at));
  return {
    at,
    zone,
    year,
    month,
    day,
    hour: Math.floor(minute / 60),
    minute: minute % 60,
    weekday: weekdays[weekday] ?? '',
    weekend: weekday === 0 || weekday === 6,
  };
}
