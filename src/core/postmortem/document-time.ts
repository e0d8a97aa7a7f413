// Instants and durations as documents show them: `26 Nov 14:03 CET`, `3 m 40 s`. Reads no clock.
import { isTimeZone } from '../alert/local-time.ts';
import { formatDuration } from '../time.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

type Parts = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly time: string;
  readonly zone: string;
};

const formats = new Map<string, readonly [Intl.DateTimeFormat, Intl.DateTimeFormat]>();

function formatsOf(zone: string): readonly [Intl.DateTimeFormat, Intl.DateTimeFormat] {
  const known = formats.get(zone);
  if (known) return known;
  const two = '2-digit' as const;
  const numbers = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
  const options = { timeZone: zone, hourCycle: 'h23', calendar: 'gregory', timeZoneName: 'short', ...numbers } as const;
  // Each knows the short names of its own part of the world only: CET is a name in British English, EST in American.
  const made = [new Intl.DateTimeFormat('en-GB', options), new Intl.DateTimeFormat('en-US', options)] as const;
  formats.set(zone, made);
  return made;
}

function partsOf(ms: number, zone: string): Parts {
  if (zone === 'UTC') {
    const iso = new Date(ms).toISOString();
    const [year, month, day] = [iso.slice(0, 4), iso.slice(5, 7), iso.slice(8, 10)].map(Number);
    return { year: year ?? 0, month: month ?? 1, day: day ?? 1, time: iso.slice(11, 19), zone: 'UTC' };
  }
  const [british, american] = formatsOf(zone);
  const parts = new Map<string, string>(british.formatToParts(ms).map(({ type, value }) => [type, value]));
  const of = (type: string) => parts.get(type) ?? '00';
  const own = of('timeZoneName');
  const name = /^(?:GMT|UTC)[+-]/.test(own)
    ? (american.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? own)
    : own;
  const time = `${of('hour')}:${of('minute')}:${of('second')}`;
  return { year: Number(of('year')), month: Number(of('month')), day: Number(of('day')), time, zone: name };
}

/** How documents show instants. What is no instant is shown as it is. */
export type DocumentTime = {
  /** `26 Nov 14:03 CET`. */
  readonly minute: (at: string) => string;
  /** `26 Nov 14:03:20 CET`. */
  readonly second: (at: string) => string;
  /** `26 Nov 2026`. */
  readonly day: (at: string) => string;
  /** `14:03`. */
  readonly clock: (at: string) => string;
  /** `2026-11-26T14:03:20`, as the clocks there show it. */
  readonly iso: (at: string) => string;
};

/** Shows instants in a time zone; in UTC if it is none. */
export function documentTime(timeZone: string): DocumentTime {
  const zone = isTimeZone(timeZone) ? timeZone : 'UTC';
  const show = (form: (parts: Parts) => string) => (at: string) => {
    const ms = Date.parse(at);
    return Number.isNaN(ms) ? at : form(partsOf(ms, zone));
  };
  const date = ({ day, month }: Parts) => `${day} ${months[month - 1]}`;
  return {
    minute: show((parts) => `${date(parts)} ${parts.time.slice(0, 5)} ${parts.zone}`),
    second: show((parts) => `${date(parts)} ${parts.time} ${parts.zone}`),
    day: show((parts) => `${date(parts)} ${parts.year}`),
    clock: show((parts) => parts.time.slice(0, 5)),
    iso: show(({ year, month, day, time }) => `${year}-${two(month)}-${two(day)}T${time}`),
  };
}

const two = (value: number) => String(value).padStart(2, '0');

/** A duration as people read it: `850 ms`, `12 s`, `3 m 40 s`, `2 h 10 m`, `3 d 4 h`. */
export const lasted = (ms: number): string => formatDuration(ms).replace(/\d(?=[a-z])/g, '$& ');

const instants = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)/g;

/** A sentence with its instants as documents show them. */
export const withDocumentTimes = (text: string, { second }: DocumentTime): string => text.replace(instants, second);
