// Who is on call by a rotation that stands in the file: at an instant, over both changes of the clock. Reads no clock.
import { z } from 'zod';
import { isTimeZone, offsetStretches } from '../alert/local-time.ts';
import { Duration } from '../time.ts';

const dayMs = 24 * 3_600_000;

/** Clock and calendar of a zone, as milliseconds of a clock without a zone. */
const LocalInstant = z.string().transform((text, context) => {
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text) ? Date.parse(`${text}:00Z`) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  context.addIssue({
    code: 'custom',
    message: 'must be a day and a time of the rotation’s zone, such as 2026-01-05T09:00',
  });
  return z.NEVER;
});

const who = z.string().min(1).max(100);

/** People who are on call one after the other. */
export const Rotation = z
  .strictObject({
    /** Keys under `people:`, or Slack user ids, in their order. */
    people: z.array(who).min(1).max(100),
    timezone: z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin'),
    /** The first hand-over; the others are at the same time of day. */
    start: LocalInstant,
    /** How long each is on call. */
    period: Duration.refine((ms) => ms >= dayMs && ms % dayMs === 0, 'must be whole days, such as 1d or 1w').default(
      7 * dayMs,
    ),
    /** Somebody else for a time; the last one that fits counts. */
    overrides: z
      .array(
        z
          .strictObject({ person: who, from: LocalInstant, until: LocalInstant })
          .refine(({ from, until }) => from < until, 'must end after it begins'),
      )
      .max(1000)
      .default([]),
  })
  .transform(({ people, timezone, start, period, overrides }) => ({
    people,
    timezone,
    startLocalMs: start,
    periodDays: period / dayMs,
    overrides,
  }));
export type Rotation = z.output<typeof Rotation>;

/** Who is on call, and until when unless the file says otherwise; `who` null: nobody, because it has not begun. */
export type Shift = { readonly who: string | null; readonly until: string };

/** Who is on call at an instant. */
export function shiftAt(rotation: Rotation, at: string): Shift {
  const { people, timezone, startLocalMs, periodDays, overrides } = rotation;
  const ms = Date.parse(at);
  const instantOf = (localMs: number) => firstInstant(timezone, localMs);
  const handoverMs = (n: number) => instantOf(startLocalMs + n * periodDays * dayMs);
  // No offset is longer than a day: one step at most to either side.
  let turn = Math.floor((ms - startLocalMs) / (periodDays * dayMs));
  while (handoverMs(turn) > ms) turn -= 1;
  while (handoverMs(turn + 1) <= ms) turn += 1;
  const bounds = overrides.map(({ from, until }) => [instantOf(from), instantOf(until)] as const);
  const inForce = bounds.findLastIndex(([from, until]) => from <= ms && ms < until);
  const next = [turn < 0 ? instantOf(startLocalMs) : handoverMs(turn + 1), ...bounds.flat()].filter((one) => one > ms);
  const until = new Date(Math.min(...next)).toISOString();
  const regular = turn < 0 ? null : (people[turn % people.length] ?? null);
  return { who: overrides[inForce]?.person ?? regular, until };
}

/** The first instant at which the clock of a zone shows that time or a later one: of a doubled hour the first, of a skipped one its end. */
function firstInstant(zone: string, localMs: number): number {
  for (const { fromMs, toMs, offsetMs } of offsetStretches(zone, localMs - 2 * dayMs, localMs + 2 * dayMs)) {
    const at = Math.max(fromMs, localMs - offsetMs);
    if (at < toMs) return at;
  }
  return localMs;
}
