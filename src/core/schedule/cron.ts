// A cron expression as node-cron reads it, and the days of the calendar that it names. Knows no time zone and reads no clock.
import { validateDetailed } from 'node-cron';
import { err, ok, type Result } from '../result.ts';

/** A day of the calendar; `month`: 1 to 12. */
export type CalendarDay = { readonly year: number; readonly month: number; readonly day: number };

/** What an expression names. A day must be one of its days of the month, its months and its weekdays: all three, as node-cron has it. */
export type Cron = {
  readonly second: number;
  /** Ascending. */
  readonly minutes: readonly number[];
  /** Ascending. */
  readonly hours: readonly number[];
  /** Numbers, or `L`, `L-3`, `15W`, `LW`. */
  readonly daysOfMonth: readonly (number | string)[];
  readonly months: readonly number[];
  /** 0 is Sunday; or `5L` (the last Friday), `1#2` (the second Monday). */
  readonly weekdays: readonly (number | string)[];
};

const right =
  'write five fields, minute hour day-of-month month day-of-week, such as "30 2 * * *", or a name such as @daily';
/** What node-cron calls the fields, in the order in which they are written. */
const fieldNames: { readonly [field: string]: string } = {
  second: 'the second',
  minute: 'the minute',
  hour: 'the hour',
  dayOfMonth: 'the day of the month',
  month: 'the month',
  dayOfWeek: 'the day of the week',
};

const known = new Map<string, Result<Cron, string>>();

/** Reads an expression; the error says what is wrong and what would be right. */
export function readCron(text: string): Result<Cron, string> {
  const read = known.get(text) ?? parseCron(text);
  if (known.size > 1000) known.clear();
  known.set(text, read);
  return read;
}

function parseCron(text: string): Result<Cron, string> {
  const { valid, fields, errors } = validateDetailed(text);
  if (!valid || !fields) {
    const faults = errors.map(({ field, value, message }) => {
      const name = fieldNames[field];
      // The library would take seconds too, which nothing here does.
      if (name === undefined) return message.replace(/^expected 5 or 6 fields but got (\d+)$/, 'it has $1 fields');
      return `${name} cannot be ${JSON.stringify(value)}`;
    });
    if (errors.some(({ message }) => message.includes('impossible day')))
      return err(`never fires: ${errors.map(({ message }) => message).join('; ')}; choose a day that the month has`);
    return err(`is no cron expression: ${faults.join('; ') || 'it cannot be read'}; ${right}`);
  }
  const [second, ...more] = fields.second;
  if (second === undefined || more.length > 0)
    return err(`fires more than once a minute; the shortest time between two starts is one minute: ${right}`);
  const cron: Cron = {
    second,
    minutes: ascending(fields.minute),
    hours: ascending(fields.hour),
    daysOfMonth: fields.dayOfMonth,
    months: fields.month,
    weekdays: fields.dayOfWeek,
  };
  if (daysFrom(cron, { year: 2000, month: 1, day: 1 }).next().done)
    return err('never fires: no month has a day that is all of its days of the month, months and days of the week');
  return ok(cron);
}

const ascending = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b);

/** The calendar repeats itself after that many years. */
const gregorianYears = 400;

/** The days that an expression names, from one on, in order; ends after as many years as the calendar has before it repeats itself. */
export function* daysFrom(cron: Cron, from: CalendarDay): Generator<CalendarDay> {
  for (let year = from.year; year <= from.year + gregorianYears; year++)
    for (const month of ascending(cron.months)) {
      if (year === from.year && month < from.month) continue;
      const first = year === from.year && month === from.month ? from.day : 1;
      for (let day = first; day <= lastDay(year, month); day++)
        if (namesDay(cron, { year, month, day })) yield { year, month, day };
    }
}

const lastDay = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate();
const weekdayOf = ({ year, month, day }: CalendarDay) => new Date(Date.UTC(year, month - 1, day)).getUTCDay();

/** Whether an expression names a day. */
function namesDay({ daysOfMonth, months, weekdays }: Cron, date: CalendarDay): boolean {
  return (
    months.includes(date.month) &&
    daysOfMonth.some((value) => isDayOfMonth(value, date)) &&
    weekdays.some((value) => isWeekday(value, date))
  );
}

function isDayOfMonth(value: number | string, { year, month, day }: CalendarDay): boolean {
  if (typeof value === 'number') return value === day;
  const last = lastDay(year, month);
  const near = /^(\d{1,2}|L)W$/.exec(value)?.[1];
  if (near !== undefined) return nearestWorkday(year, month, near === 'L' ? last : Number(near)) === day;
  return day === last - Number(/^L(?:-(\d{1,2}))?$/.exec(value)?.[1] ?? (value === 'L' ? 0 : Number.NaN));
}

/** The day from Monday to Friday in the same month that is nearest to a day of it; null: the month has no such day. */
function nearestWorkday(year: number, month: number, day: number): number | null {
  const last = lastDay(year, month);
  if (day < 1 || day > last) return null;
  const weekday = weekdayOf({ year, month, day });
  if (weekday === 6) return day === 1 ? day + 2 : day - 1;
  if (weekday === 0) return day === last ? day - 2 : day + 1;
  return day;
}

function isWeekday(value: number | string, date: CalendarDay): boolean {
  const weekday = weekdayOf(date);
  if (typeof value === 'number') return value === weekday;
  const nth = /^([0-7])#([1-5])$/.exec(value);
  if (nth) return Number(nth[1]) % 7 === weekday && Math.ceil(date.day / 7) === Number(nth[2]);
  const last = /^([0-7])L$/i.exec(value);
  return last !== null && Number(last[1]) % 7 === weekday && date.day + 7 > lastDay(date.year, date.month);
}
