// The coming days as columns in a time zone, and silences and windows as bars across them. Pure: the clock and the zone come from outside.
import type { ApiSilence, ApiWindow } from '../../contract/mute.ts';
import { setsText } from './mutes.ts';
import type { Zone } from './time.ts';

/** A day; `from` and `to` are shares of the whole stretch, which is how a day of 23 or 25 hours is drawn true. */
type CalendarDay = {
  readonly startMs: number;
  readonly from: number;
  readonly to: number;
  readonly weekday: string;
  readonly date: string;
};
/** A stretch in which something is quiet. `open`: it goes on beyond what is drawn. */
type CalendarBar = {
  readonly from: number;
  readonly to: number;
  readonly isNow: boolean;
  readonly startsAt: string | null;
  readonly endsAt: string | null;
};
/** A silence or window with its stretches. */
export type CalendarRow = {
  readonly key: string;
  readonly kind: 'silence' | 'window';
  readonly name: string;
  readonly about: string;
  readonly bars: readonly CalendarBar[];
};
/** The whole picture. */
export type Calendar = {
  readonly days: readonly CalendarDay[];
  readonly rows: readonly CalendarRow[];
  /** Where now stands. */
  readonly now: number;
};

const dayMs = 86_400_000;
const zoned = (zone: Zone): Intl.DateTimeFormatOptions => (zone === 'local' ? {} : { timeZone: zone });

/** What the clock on the wall shows, in milliseconds as if it were UTC. */
export function wallMs(ms: number, zone: Zone): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...zoned(zone),
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = format.formatToParts(ms);
  const at = (name: string) => Number(parts.find(({ type }) => type === name)?.value ?? 0);
  return Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'));
}

/** The instant at which the clock on the wall shows this; of two the first, of none the next that there is. */
export function atWall(wall: number, zone: Zone): number {
  const guess = wall - (wallMs(wall, zone) - wall);
  return guess - (wallMs(guess, zone) - wall);
}

/** Midnights from the day of an instant on, `count` + 1 of them. */
export function midnights(nowMs: number, zone: Zone, count: number): readonly number[] {
  const today = Math.floor(wallMs(nowMs, zone) / dayMs) * dayMs;
  return Array.from({ length: count + 1 }, (_, day) => atWall(today + day * dayMs, zone));
}

/** The picture of so many days from today on. */
export function calendarOf(
  { silences, windows }: { readonly silences: readonly ApiSilence[]; readonly windows: readonly ApiWindow[] },
  { nowMs, zone, days: count }: { readonly nowMs: number; readonly zone: Zone; readonly days: number },
): Calendar {
  const edges = midnights(nowMs, zone, count);
  const fromMs = edges[0] ?? nowMs;
  const toMs = edges.at(-1) ?? nowMs;
  const place = (ms: number) => Math.min(1, Math.max(0, (ms - fromMs) / (toMs - fromMs)));
  const bar = (startsAt: string | null, endsAt: string | null): readonly CalendarBar[] => {
    const starts = startsAt === null ? fromMs : Date.parse(startsAt);
    const ends = endsAt === null ? toMs : Date.parse(endsAt);
    if (ends <= fromMs || starts >= toMs) return [];
    return [{ from: place(starts), to: place(ends), isNow: starts <= nowMs && nowMs < ends, startsAt, endsAt }];
  };
  const name = new Intl.DateTimeFormat('en-GB', { ...zoned(zone), weekday: 'short' });
  const date = new Intl.DateTimeFormat('en-GB', { ...zoned(zone), day: 'numeric', month: 'short' });
  return {
    now: place(nowMs),
    days: edges.slice(0, -1).map((startMs, day) => ({
      startMs,
      from: place(startMs),
      to: place(edges[day + 1] ?? toMs),
      weekday: name.format(startMs),
      date: date.format(startMs),
    })),
    rows: [
      ...silences.map(
        (silence): CalendarRow => ({
          key: silence.id,
          kind: 'silence',
          name: silence.name ?? setsText(silence.sets),
          about: silence.reason,
          bars: bar(silence.startsAt, silence.endsAt),
        }),
      ),
      ...windows.map(
        (window): CalendarRow => ({
          key: `window ${window.id}`,
          kind: 'window',
          name: window.name,
          about: window.reason,
          bars: [window.now, window.next].flatMap((one) => (one === null ? [] : bar(one.startsAt, one.endsAt))),
        }),
      ),
    ],
  };
}
