// Instants and durations. Instants are ISO 8601 strings in UTC with milliseconds (`At`), durations are milliseconds (`Ms`). Reads no clock.
import { z } from 'zod';

/** Prometheus' units; a year is one of 365 days, as it is there. */
const unitMs = { y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
const units = Object.keys(unitMs);
const part = /(\d{1,9}(?:\.\d{1,3})?)(ms|[ywdhms])/gy;

/** Ten years: longer than anything waits, and short enough that every instant from now on keeps four digits for its year. */
export const maxDurationMs = 3650 * unitMs.d;

/** Parses `500ms 30s 15m 2h 7d 1w 1h30m` to milliseconds; null if it is no duration or longer than ten years. */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  const parts = [...trimmed.matchAll(part)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== trimmed) return null;
  let last = -1;
  let sum = 0;
  for (const [, amount, unit = ''] of parts) {
    // The larger unit first, each once: `30m1h` is more likely a slip than a duration.
    const rank = units.indexOf(unit);
    if (rank <= last) return null;
    last = rank;
    sum += Number(amount) * unitMs[unit as keyof typeof unitMs];
  }
  const ms = Math.round(sum);
  return ms <= maxDurationMs ? ms : null;
}

/** Shortest human form of a duration: `850ms`, `12s`, `3m 5s`, `2h 10m`, `3d 4h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))}ms`;
  const seconds = Math.round(ms / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(' ');
}

const noDuration =
  'is not a duration; write a number and a unit, such as 500ms, 30s, 15m, 2h, 7d, 1w or 1h30m (at most 3650d)';

/** What is said of an ISO 8601 duration, which is another notation. */
function adviceFor(text: string): string {
  const iso = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i.exec(text.trim());
  const own = iso
    ?.slice(1)
    .flatMap((amount, i) => (amount === undefined ? [] : [`${amount}${'wdhms'[i]}`]))
    .join('');
  return own ? `${noDuration}; ${text.trim()} is ${own} here` : noDuration;
}

/** zod type of a duration in a document: text such as `30s`, parsed to milliseconds. */
export const Duration = z
  .string({ error: ({ input }) => (typeof input === 'number' ? `${noDuration}; ${input} has no unit` : noDuration) })
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== null) return ms;
    context.addIssue({ code: 'custom', message: adviceFor(text) });
    return z.NEVER;
  });

/** Instants that are kept parsed: of the alerts of a storm many are compared with the same few. */
const maxParsed = 2000;
const parsed = new Map<string, number>();

/** An instant as milliseconds since 1970; NaN if it is none. */
function msOf(at: string): number {
  const known = parsed.get(at);
  if (known !== undefined) return known;
  const ms = Date.parse(at);
  if (parsed.size >= maxParsed) parsed.clear();
  parsed.set(at, ms);
  return ms;
}

/** The instant `ms` after `at`. */
export function addMs(at: string, ms: number): string {
  return new Date(msOf(at) + ms).toISOString();
}

/** Milliseconds from `from` to `to`; negative if `to` is earlier. */
export function elapsedMs(from: string, to: string): number {
  return msOf(to) - msOf(from);
}

/** The earlier of two instants; null counts as never. */
export function earliest(a: string | null, b: string | null): string | null {
  if (a === null) return b;
  return b === null || a < b ? a : b;
}
