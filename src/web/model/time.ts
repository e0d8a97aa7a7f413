// Instants and durations in the words people read. Pure: the clock and the time zone come from outside.

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The two largest units that matter: `3 m 12 s`, `2 h 5 m`, `4 d 1 h`. Below a second `0 s`, or milliseconds where `fine`. */
export function durationText(ms: number, fine = false): string {
  const length = Math.max(0, ms);
  if (length < secondMs) return fine ? `${Math.round(length)} ms` : '0 s';
  if (length < minuteMs) return `${Math.floor(length / secondMs)} s`;
  const [large, small, largeMs, smallMs] =
    length < hourMs
      ? (['m', 's', minuteMs, secondMs] as const)
      : length < dayMs
        ? (['h', 'm', hourMs, minuteMs] as const)
        : (['d', 'h', dayMs, hourMs] as const);
  const rest = Math.floor((length % largeMs) / smallMs);
  const first = `${Math.floor(length / largeMs)} ${large}`;
  return rest === 0 ? first : `${first} ${rest} ${small}`;
}

/** One unit: `40 s`, `3 min`, `5 h`, `2 d`; for columns. */
export function roughText(ms: number): string {
  const length = Math.max(0, ms);
  if (length < minuteMs) return `${Math.floor(length / secondMs)} s`;
  if (length < hourMs) return `${Math.floor(length / minuteMs)} min`;
  if (length < 2 * dayMs) return `${Math.floor(length / hourMs)} h`;
  return `${Math.floor(length / dayMs)} d`;
}

/** A time zone as the reader chose it: `local`, `UTC`, or a name such as `Europe/Berlin`. */
export type Zone = string;

const options = (zone: Zone): Intl.DateTimeFormatOptions => (zone === 'local' ? {} : { timeZone: zone });

/** To make a formatter costs far more than to use it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: Zone): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    ...options(zone),
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    hourCycle: 'h23',
  });
  formats.set(zone, made);
  return made;
}

type Parts = ReadonlyMap<string, string>;

/** The parts of an instant in a zone. */
const partsOf = (ms: number, zone: Zone): Parts =>
  new Map(
    formatOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );

/** The parts of minutes that were asked for: a page shows hundreds of instants, most of them twice and many in one minute. */
const minutes = new Map<string, Parts>();
const maxMinutes = 5000;
/** Since then every zone is whole minutes away from UTC, so that a second is the same in all of them. */
const wholeMinutesSinceMs = Date.UTC(1973, 0);

function partsAt(iso: string, zone: Zone): Parts {
  const ms = Date.parse(iso);
  if (ms < wholeMinutesSinceMs) return partsOf(ms, zone);
  const minute = Math.floor(ms / minuteMs);
  const key = `${minute} ${zone}`;
  const known = minutes.get(key);
  if (known !== undefined) return known;
  const parts = partsOf(minute * minuteMs, zone);
  if (minutes.size >= maxMinutes) minutes.clear();
  minutes.set(key, parts);
  return parts;
}

/** Whether a time zone of this name is known here. */
export function isZone(name: string): boolean {
  if (name === 'local') return true;
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

/** `26 Nov 14:03 CET`; another year than that of `nowMs` is said. Empty for what is no instant. */
export function instantText(iso: string, zone: Zone, nowMs: number): string {
  if (Number.isNaN(Date.parse(iso))) return '';
  const parts = partsAt(iso, zone);
  const at = (name: string) => parts.get(name) ?? '';
  const year = at('year') === String(new Date(nowMs).getUTCFullYear()) ? '' : ` ${at('year')}`;
  return `${at('day')} ${at('month')}${year} ${at('hour')}:${at('minute')} ${at('timeZoneName')}`;
}

/** `14:03:20`, for a ledger and a slider. */
export function clockText(iso: string, zone: Zone): string {
  if (Number.isNaN(Date.parse(iso))) return '';
  const parts = partsAt(iso, zone);
  const ms = Date.parse(iso);
  const second = ms < wholeMinutesSinceMs ? parts.get('second') : String(new Date(ms).getUTCSeconds()).padStart(2, '0');
  return `${parts.get('hour')}:${parts.get('minute')}:${second}`;
}

/** The day alone, `26 Nov 2026`: the heading between entries of two days. */
export function dayText(iso: string, zone: Zone): string {
  if (Number.isNaN(Date.parse(iso))) return '';
  const parts = partsAt(iso, zone);
  return `${parts.get('day')} ${parts.get('month')} ${parts.get('year')}`;
}

/** How long ago: `just now`, `3 min ago` under a day, the instant after that; `in 5 min` for what comes. */
export function ageText(iso: string, nowMs: number, zone: Zone): string {
  const ms = nowMs - Date.parse(iso);
  if (Number.isNaN(ms)) return '';
  if (ms < -5 * secondMs) return -ms < dayMs ? `in ${roughText(-ms)}` : instantText(iso, zone, nowMs);
  if (ms < 5 * secondMs) return 'just now';
  return ms < dayMs ? `${roughText(ms)} ago` : instantText(iso, zone, nowMs);
}

/** How often a text that counts from this instant changes, in milliseconds. */
export function refreshMs(iso: string, nowMs: number): number {
  return Math.abs(nowMs - Date.parse(iso)) < hourMs ? secondMs : minuteMs;
}
