// What clock and calendar show in a time zone, and where its offset to UTC changes. Reads no clock: instants come in.

/** What clock and calendar show at an instant. `weekday`: 0 is Sunday. `minute`: of the day, 0 to 1439. */
export type LocalTime = {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly minute: number;
};

/** A stretch of time with one offset to UTC, all in milliseconds; `toMs` is not in it. */
export type OffsetStretch = { readonly fromMs: number; readonly toMs: number; readonly offsetMs: number };

/** Offsets change at whole quarters of an hour of UTC, in every zone there is since 1972. */
const quarterMs = 15 * 60_000;
/** No zone changes its offset and takes that back within a day. */
const dayMs = 24 * 3_600_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const two = '2-digit' as const;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two,
  });
  formats.set(zone, format);
  return format;
}

/** Whether the name is one of the IANA time zones that this program knows. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Local time minus UTC as the calendar of the zone has it, in milliseconds; slow. */
function askedOffsetMs(zone: string, ms: number): number {
  const shown = new Map<string, number>(
    formatOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const field = (type: string) => shown.get(type) ?? 0;
  const local = Date.UTC(
    field('year'),
    field('month') - 1,
    field('day'),
    field('hour'),
    field('minute'),
    field('second'),
  );
  return local - Math.floor(ms / 1000) * 1000;
}

const years = new Map<string, readonly OffsetStretch[]>();

/** The stretches of one year of UTC, asked for once. */
function stretchesOfYear(zone: string, year: number): readonly OffsetStretch[] {
  const key = `${zone} ${year}`;
  const known = years.get(key);
  if (known) return known;
  const [from, to] = [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
  const stretches: OffsetStretch[] = [];
  let start = from;
  let offset = askedOffsetMs(zone, from);
  for (let at = from; at < to; at += dayMs) {
    const after = askedOffsetMs(zone, at + dayMs);
    if (after === offset) continue;
    const change = changeBetween(zone, at, at + dayMs);
    stretches.push({ fromMs: start, toMs: change, offsetMs: offset });
    start = change;
    offset = after;
  }
  if (start < to) stretches.push({ fromMs: start, toMs: to, offsetMs: offset });
  if (years.size > 500) years.clear();
  years.set(key, stretches);
  return stretches;
}

/** The first instant that has the offset of the later of two. */
function changeBetween(zone: string, before: number, after: number): number {
  const wanted = askedOffsetMs(zone, after);
  let low = before / quarterMs;
  let high = after / quarterMs;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (askedOffsetMs(zone, middle * quarterMs) === wanted) high = middle;
    else low = middle;
  }
  return high * quarterMs;
}

/** What clock and calendar show. */
export function localTime(zone: string, ms: number): LocalTime {
  const stretches = stretchesOfYear(zone, new Date(ms).getUTCFullYear());
  const offset = stretches.find(({ toMs }) => ms < toMs)?.offsetMs ?? 0;
  const local = new Date(ms + offset);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    weekday: local.getUTCDay(),
    minute: local.getUTCHours() * 60 + local.getUTCMinutes(),
  };
}

/** A time cut where the offset changes, and where a year of UTC ends. */
export function offsetStretches(zone: string, fromMs: number, toMs: number): readonly OffsetStretch[] {
  const stretches: OffsetStretch[] = [];
  const last = new Date(toMs).getUTCFullYear();
  for (let year = new Date(fromMs).getUTCFullYear(); year <= last; year++)
    for (const { offsetMs, ...of } of stretchesOfYear(zone, year)) {
      const cut = { fromMs: Math.max(of.fromMs, fromMs), toMs: Math.min(of.toMs, toMs) };
      if (cut.fromMs < cut.toMs) stretches.push({ fromMs: cut.fromMs, toMs: cut.toMs, offsetMs });
    }
  return stretches;
}
