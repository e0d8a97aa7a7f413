// Maintenance windows: times in which alerts are expected, once or again and again in a time zone. Says which one holds; tells nobody.
import { z } from 'zod';
import { saysWhy } from '../says-why.ts';
import type { Alert } from './alert.ts';
import { nextOccurrence, type Occurrence, occurrenceAt } from './occurrence.ts';
import type { Suppression } from './suppression.ts';
import { TimeInterval, type TimeIntervals } from './time-interval.ts';
import { AlertWhere, intervalNamed, matchWhere, whereOutcome } from './where.ts';

const Instant = z.iso
  .datetime({ offset: true, error: 'must be an instant such as 2026-03-01T02:00:00Z' })
  .transform((text) => new Date(text).toISOString());

/** The name of a time interval, or one or several written out. */
const During = z.unknown().transform((given, context): string | readonly TimeInterval[] => {
  if (typeof given === 'string' && given !== '') return given;
  const written = z
    .array(TimeInterval)
    .min(1, 'must hold one interval at least')
    .safeParse(Array.isArray(given) ? given : [given]);
  if (written.success) return written.data;
  for (const { message, path } of written.error.issues)
    context.issues.push({ code: 'custom', message, path: Array.isArray(given) ? path : path.slice(1), input: given });
  return z.NEVER;
});

/**
 * A maintenance window. `quiet`: what comes is held, and told and acted on at its end if it still fires. `consolidate`: all of it goes into
 * one incident at once, and what still fires at the end is acted on. Resolved alerts and
 * acknowledgements pass in both. Either `startsAt` and `endsAt`, or `during`.
 */
export const MaintenanceWindow = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _'),
    /** Absent: every alert. */
    where: AlertWhere.exactOptional(),
    startsAt: Instant.exactOptional(),
    endsAt: Instant.exactOptional(),
    during: During.exactOptional(),
    /** With `during`: from then on it comes no more. */
    until: Instant.exactOptional(),
    mode: z.enum(['quiet', 'consolidate'], { error: 'must be quiet or consolidate' }).default('consolidate'),
    owner: z.string().min(1).max(200),
    reason: z.string().min(1).max(1000).refine(saysWhy, 'must say why'),
  })
  .refine(
    ({ startsAt, endsAt, during }) =>
      (startsAt === undefined) === (endsAt === undefined) && (startsAt === undefined) !== (during === undefined),
    'must have either startsAt and endsAt, or during',
  )
  .refine(({ during, until }) => until === undefined || during !== undefined, {
    path: ['until'],
    error: 'goes with during; where there is endsAt, that is the end',
  })
  .refine(({ startsAt, endsAt }) => startsAt === undefined || endsAt === undefined || startsAt < endsAt, {
    path: ['endsAt'],
    error: 'must be later than startsAt',
  });
export type MaintenanceWindow = z.output<typeof MaintenanceWindow>;

/** The time intervals of a window that comes again; null: it comes once. */
function repeats({ during }: MaintenanceWindow, intervals: TimeIntervals): readonly TimeInterval[] | null {
  if (during === undefined) return null;
  return typeof during === 'string' ? intervalNamed(intervals, during) : during;
}

/** The occurrence of a window that holds at an instant; null: none does. */
export function windowOccurrence(window: MaintenanceWindow, at: string, intervals: TimeIntervals): Occurrence | null {
  const again = repeats(window, intervals);
  if (again) return clipped(occurrenceAt(again, at), window.until, at);
  const { startsAt = at, endsAt = at } = window;
  return startsAt <= at && at < endsAt ? { startsAt, endsAt } : null;
}

/** An occurrence as far as the window goes; null: at that instant it comes no more. */
function clipped(occurrence: Occurrence | null, until: string | undefined, at: string): Occurrence | null {
  if (occurrence === null || until === undefined) return occurrence;
  if (at >= until) return null;
  const { startsAt, endsAt } = occurrence;
  return { startsAt, endsAt: endsAt === null || endsAt > until ? until : endsAt };
}

/** The occurrence of a window that begins next after an instant; null: none does. */
export function nextWindow(window: MaintenanceWindow, at: string, intervals: TimeIntervals): Occurrence | null {
  const again = repeats(window, intervals);
  if (again) {
    const next = nextOccurrence(again, at);
    return clipped(next, window.until, next?.startsAt ?? at);
  }
  const { startsAt = at, endsAt = at } = window;
  return startsAt > at ? { startsAt, endsAt } : null;
}

/** The window that holds over an alert, its occurrence, and the reasons of its scope. */
export type WindowOver = {
  readonly window: MaintenanceWindow;
  readonly occurrence: Occurrence;
  readonly because: readonly string[];
};

/** The window over an alert at an instant: the first one that holds. Whether the alert fires or is resolved plays no part. */
export function windowOver(
  alert: Alert,
  at: string,
  { windows, intervals }: { readonly windows: readonly MaintenanceWindow[]; readonly intervals: TimeIntervals },
): Suppression<WindowOver> {
  const unclear: string[] = [];
  for (const window of windows) {
    // Its scope first: most alerts are in few of them, and that costs less to see than when a window holds.
    const where = window.where ?? everything;
    const outcome = whereOutcome(where, alert, { at, intervals });
    if (outcome === 'differs') continue;
    const occurrence = windowOccurrence(window, at, intervals);
    if (occurrence === null) continue;
    const { because } = matchWhere(where, alert, at, intervals);
    if (outcome === 'matches') return { by: { window, occurrence, because }, unclear };
    unclear.push(`the window ${window.name} does not hold: ${because.join('; ')}`);
  }
  return { by: null, unclear };
}

const everything: AlertWhere = {};

/** The window in one sentence: which occurrence, whose it is and why. */
export function windowInWords({ window, occurrence }: WindowOver): string {
  const from = occurrence.startsAt === null ? '' : `from ${occurrence.startsAt} `;
  const until = occurrence.endsAt === null ? 'without an end' : `until ${occurrence.endsAt}`;
  return `the window ${window.name} (${window.mode}) of ${window.owner} holds ${from}${until}: ${window.reason}`;
}
