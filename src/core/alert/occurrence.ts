// From when until when a time interval holds, over the changes of the clock too. Reads no clock.
import { offsetStretches } from './local-time.ts';
import { isOnDay, type TimeInterval } from './time-interval.ts';

/** One stretch of time without a gap. `startsAt` null: longer ago than looked; `endsAt` null: later than looked, or never. `endsAt` is not in it. */
export type Occurrence = { readonly startsAt: string | null; readonly endsAt: string | null };

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** An occurrence that goes on for longer than this to one side has no end there, for all that people need to know. */
const farDays = 800;
/** How far a next occurrence is looked for: over more than one 29 February. */
const aheadDays = 9 * 366;
/** Days that are looked at together. */
const chunkDays = 32;

type Stretch = { readonly fromMs: number; readonly toMs: number };

/** The occurrence that holds at an instant; null: none does. The same question again, or one of the same minute, costs nothing. */
export function occurrenceAt(intervals: readonly TimeInterval[], at: string): Occurrence | null {
  const ms = Date.parse(at);
  const minute = Math.floor(ms / minuteMs);
  const last = lastLooked.get(intervals);
  // Nothing of an interval, and no clock, changes within a minute.
  if (last && (last.minute === minute || (last.found !== null && holds(last.found, at)))) return last.found;
  const found = lookAt(intervals, ms);
  lastLooked.set(intervals, { minute, found });
  return found;
}

function lookAt(intervals: readonly TimeInterval[], ms: number): Occurrence | null {
  const around = stretchesOf(intervals, ms - dayMs, ms + dayMs).find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
  if (!around) return null;
  const fromMs = backFrom(intervals, ms);
  const toMs = onFrom(intervals, ms);
  return { startsAt: fromMs === null ? null : instant(fromMs), endsAt: toMs === null ? null : instant(toMs) };
}

/** The next beginning after an instant; null: there is none within nine years. */
export function nextOccurrence(intervals: readonly TimeInterval[], at: string): Occurrence | null {
  const ms = Date.parse(at);
  for (let days = 0; days < aheadDays; days += chunkDays) {
    const fromMs = ms + days * dayMs;
    // One day more to the left, so that what only goes on over the border is not taken for a beginning.
    const next = stretchesOf(intervals, fromMs - dayMs, fromMs + chunkDays * dayMs).find(
      (stretch) => stretch.fromMs > fromMs - dayMs && stretch.fromMs > ms,
    );
    if (next) return occurrenceAt(intervals, instant(next.fromMs));
  }
  return null;
}

type Looked = { readonly minute: number; readonly found: Occurrence | null };
const lastLooked = new WeakMap<readonly TimeInterval[], Looked>();

const instant = (ms: number): string => new Date(ms).toISOString();
const holds = ({ startsAt, endsAt }: Occurrence, at: string): boolean =>
  (startsAt === null || startsAt <= at) && endsAt !== null && at < endsAt && startsAt !== null;

function backFrom(intervals: readonly TimeInterval[], ms: number): number | null {
  let reached = ms;
  for (let days = 0; days < farDays; days += chunkDays) {
    const edge = reached - chunkDays * dayMs;
    const last = stretchesOf(intervals, edge, reached + minuteMs).findLast(({ fromMs }) => fromMs <= reached);
    if (!last || last.toMs < reached) return reached;
    if (last.fromMs > edge) return last.fromMs;
    reached = edge;
  }
  return null;
}

function onFrom(intervals: readonly TimeInterval[], ms: number): number | null {
  let reached = ms;
  for (let days = 0; days < farDays; days += chunkDays) {
    const edge = reached + chunkDays * dayMs;
    const first = stretchesOf(intervals, reached - minuteMs, edge).find(({ toMs }) => toMs > reached);
    if (!first || first.fromMs > reached) return reached;
    if (first.toMs < edge) return first.toMs;
    reached = edge;
  }
  return null;
}

/** The stretches within a time, in order, joined where one goes on where another ends, and cut at the ends of that time. */
function stretchesOf(intervals: readonly TimeInterval[], fromMs: number, toMs: number): readonly Stretch[] {
  const all = intervals.flatMap((interval) => ofOne(interval, fromMs, toMs)).sort((a, b) => a.fromMs - b.fromMs);
  const joined: Stretch[] = [];
  for (const stretch of all) {
    const last = joined.at(-1);
    if (last && stretch.fromMs <= last.toMs)
      joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, stretch.toMs) };
    else joined.push(stretch);
  }
  return joined;
}

function ofOne(interval: TimeInterval, fromMs: number, toMs: number): readonly Stretch[] {
  const times = interval.times ?? [{ start: 0, end: 24 * 60 }];
  return offsetStretches(interval.location ?? 'UTC', fromMs, toMs).flatMap((stretch) => {
    const found: Stretch[] = [];
    // Local midnights, as if they were UTC.
    const first = Math.floor((stretch.fromMs + stretch.offsetMs) / dayMs) * dayMs;
    for (let midnight = first; midnight < stretch.toMs + stretch.offsetMs; midnight += dayMs) {
      const date = new Date(midnight);
      const day = {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        weekday: date.getUTCDay(),
      };
      if (!isOnDay(interval, day)) continue;
      for (const { start, end } of times) {
        const from = Math.max(midnight + start * minuteMs - stretch.offsetMs, stretch.fromMs);
        const to = Math.min(midnight + end * minuteMs - stretch.offsetMs, stretch.toMs);
        if (from < to) found.push({ fromMs: from, toMs: to });
      }
    }
    return found;
  });
}
