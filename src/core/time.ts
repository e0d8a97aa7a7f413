// Instants and durations. Instants are ISO 8601 strings in UTC with milliseconds (`At`), durations are milliseconds (`Ms`). Reads no clock.
import { z } from 'zod';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;

/** Ten years: longer than anything waits, and short enough that every instant from now on keeps four digits for its year. */
export const maxDurationMs = 3650 * unitMs.d;

/** Parses `500ms 30s 15m 2h 7d` to milliseconds; null if it is no duration or longer than ten years. */
export function parseDuration(text: string): number | null {
  const match = pattern.exec(text.trim());
  if (!match) return null;
  const [, amount, unit] = match;
  const ms = Math.round(Number(amount) * unitMs[unit as keyof typeof unitMs]);
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

/** zod type of a duration in a document: text such as `30s`, parsed to milliseconds. */
export const Duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  context.addIssue({
    code: 'custom',
    message: `is not a duration; write a number and a unit, such as 500ms, 30s, 15m, 2h or 7d (at most 3650d)`,
  });
  return z.NEVER;
});

/** The instant `ms` after `at`. */
export function addMs(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString();
}

/** Milliseconds from `from` to `to`; negative if `to` is earlier. */
export function elapsedMs(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}

/** The earlier of two instants; null counts as never. */
export function earliest(a: string | null, b: string | null): string | null {
  if (a === null) return b;
  return b === null || a < b ? a : b;
}
