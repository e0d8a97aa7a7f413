// Stretches of time that come again, as Alertmanager's `time_interval` describes them: hours, weekdays, days of the month, months, years, in a
// time zone. Says whether an instant is in one; `occurrence.ts` says from when until when.
import { z } from 'zod';
import { isTimeZone, type LocalTime, localTime } from './local-time.ts';

/** Both ends are in it. */
export type Span = { readonly from: number; readonly to: number };

const clock = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;
const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const Clock = z
  .string({ error: 'must be a time of day such as "09:00", in quotes' })
  .regex(clock, 'must be a time of day from 00:00 to 24:00, such as "09:00"')
  .transform(minutesOf);

/** From the first minute to before the last; as minutes of the day. */
const TimeOfDay = z
  .strictObject({ start: Clock, end: Clock })
  .refine(
    ({ start, end }) => !(start >= end),
    'must end after it starts; for hours over midnight write two: one until "24:00", one from "00:00"',
  );

/** What one member of a range is; null: none. */
type MemberOf = (word: string) => number | null;

/** `monday:friday`, or one member alone. */
function range(memberOf: MemberOf, about: { readonly example: string; readonly fault: (span: Span) => string | null }) {
  return z
    .union([z.string(), z.number()], { error: `must be such as ${about.example}` })
    .transform((given, context): Span => {
      const [first = '', last = first, ...more] = String(given).trim().toLowerCase().split(':');
      const [from, to] = [memberOf(first.trim()), memberOf(last.trim())];
      const fault =
        from === null || to === null || more.length > 0
          ? `must be such as ${about.example}, not ${String(given).slice(0, 40)}`
          : about.fault({ from, to });
      if (fault === null && from !== null && to !== null) return { from, to };
      context.addIssue({ code: 'custom', message: fault ?? `must be such as ${about.example}` });
      return z.NEVER;
    });
}

const days = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');
const months = 'january february march april may june july august september october november december'.split(' ');
const whole: MemberOf = (word) => (/^-?\d{1,4}$/.test(word) ? Number(word) : null);
const among =
  (words: readonly string[], first: number): MemberOf =>
  (word) =>
    words.includes(word) ? words.indexOf(word) + first : null;

const Weekdays = range(among(days, 0), {
  example: 'monday or monday:friday',
  fault: ({ from, to }) =>
    from <= to ? null : 'must not go over the end of the week, which begins with sunday: write two ranges',
});
const Months = range((word) => among(months, 1)(word) ?? whole(word), {
  example: 'march, march:may or 3:5',
  fault: ({ from, to }) =>
    from > to
      ? 'must not go over the end of the year: write two ranges'
      : from < 1 || to > 12
        ? 'must be months from 1 to 12'
        : null,
});
const Years = range(whole, {
  example: '2026 or 2026:2028',
  fault: ({ from, to }) =>
    from <= to && from > 0 ? null : 'must end with the same year as it begins with, or a later one',
});
const DaysOfMonth = range(whole, { example: '1, "1:7" or "-3:-1" (the last three days)', fault: dayFault });

function dayFault({ from, to }: Span): string | null {
  if ([from, to].some((day) => day === 0 || day < -31 || day > 31))
    return 'must be days from 1 to 31, or from -31 to -1';
  if (from < 0 && to > 0) return 'must end with a negative day where it begins with one';
  const inShortest = (day: number) => (day < 0 ? 28 + day : day);
  return inShortest(from) > inShortest(to) ? 'must not end before it begins' : null;
}

const listOf = <T extends z.ZodType>(item: T) =>
  z.array(item).min(1, 'must name one at least; leave it out for all').max(100);

/**
 * One description: all that it names must hold, and of each list one entry. What is left out is always true. Times of day are in
 * `location`, an IANA time zone, UTC without one; where clocks are put back, an hour that comes twice is in it twice.
 */
export const TimeInterval = z.strictObject({
  times: listOf(TimeOfDay).exactOptional(),
  weekdays: listOf(Weekdays).exactOptional(),
  daysOfMonth: listOf(DaysOfMonth).exactOptional(),
  months: listOf(Months).exactOptional(),
  years: listOf(Years).exactOptional(),
  location: z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin or UTC').exactOptional(),
});
export type TimeInterval = z.output<typeof TimeInterval>;

/** Named lists of them: an instant is in a list if it is in one of its entries. */
export type TimeIntervals = { readonly [name: string]: readonly TimeInterval[] };

/** The days of a month, whatever its clocks do. */
const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

const within = (value: number, spans: readonly Span[] | undefined): boolean =>
  spans === undefined || spans.some(({ from, to }) => value >= from && value <= to);

/** Whether the day is one of an interval's days, whatever the time of day. */
export function isOnDay(interval: TimeInterval, { year, month, day, weekday }: Omit<LocalTime, 'minute'>): boolean {
  const last = daysIn(year, month);
  const counted = (n: number) => (n < 0 ? last + n + 1 : n);
  return (
    within(weekday, interval.weekdays) &&
    within(month, interval.months) &&
    within(year, interval.years) &&
    (interval.daysOfMonth === undefined ||
      interval.daysOfMonth.some(({ from, to }) => day >= counted(from) && day <= counted(to)))
  );
}

/** Whether an instant is in one of the intervals. */
export function isDuring(intervals: readonly TimeInterval[], at: string): boolean {
  const ms = Date.parse(at);
  return intervals.some((interval) => {
    const local = localTime(interval.location ?? 'UTC', ms);
    const { times } = interval;
    const isInTime = times === undefined || times.some(({ start, end }) => local.minute >= start && local.minute < end);
    return isInTime && isOnDay(interval, local);
  });
}
