// The slots of a schedule: the instants at which it is due, as a pure function of expression, zone and instant. Reads no clock.
//
// A slot is a time of day of a zone. A time of day that a day does not have, because clocks are put forward over it, is no slot; one that a
// day has twice, because clocks are put back, is one slot: the first of the two.
import { localTime, offsetStretches } from '../alert/local-time.ts';
import { type CalendarDay, type Cron, daysFrom } from './cron.ts';

const dayMs = 24 * 3_600_000;
/** No zone is further from UTC. */
const maxOffsetMs = 15 * 3_600_000;

/** An expression in a time zone. */
export type CronIn = { readonly cron: Cron; readonly zone: string };

const hourMs = 3_600_000;

/** Instants after the first, up to the second, which is among them; in epoch milliseconds. */
type Between = { readonly afterMs: number; readonly untilMs: number };

/** The slots of one day that lie between two instants, ascending, in epoch milliseconds. */
function slotsOfDay({ cron, zone }: CronIn, { year, month, day }: CalendarDay, between: Between): readonly number[] {
  const { afterMs, untilMs } = between;
  const midnight = Date.UTC(year, month - 1, day);
  const stretches = offsetStretches(zone, midnight - maxOffsetMs, midnight + dayMs + maxOffsetMs);
  const offsets = stretches.map(({ offsetMs }) => offsetMs);
  const [least, most] = [Math.min(...offsets), Math.max(...offsets)];
  const slots: number[] = [];
  for (const hour of cron.hours) {
    const startMs = midnight + hour * hourMs;
    if (startMs - most > untilMs || startMs + hourMs - least <= afterMs) continue;
    for (const minute of cron.minutes) {
      const local = startMs + (minute * 60 + cron.second) * 1000;
      // The stretches are in their order, so the first that has it is the earlier one.
      const stretch = stretches.find(({ fromMs, toMs, offsetMs }) => {
        const at = local - offsetMs;
        return at >= fromMs && at < toMs;
      });
      const at = stretch && local - stretch.offsetMs;
      if (at !== undefined && at > afterMs && at <= untilMs) slots.push(at);
    }
  }
  return slots;
}

function* slotsAfter(of: CronIn, afterMs: number, days: number): Generator<number> {
  let left = days;
  for (const day of daysFrom(of.cron, localTime(of.zone, afterMs))) {
    if (left-- <= 0) return;
    yield* slotsOfDay(of, day, { afterMs, untilMs: Number.POSITIVE_INFINITY });
  }
}

/** Days that are named and have no slot before it is said that there is none: they all fall into an hour that clocks skip. */
const maxEmptyDays = 20;

/** The next slots after an instant, ascending, in epoch milliseconds; fewer where it fires no more. */
export function nextSlots(of: CronIn, afterMs: number, count: number): readonly number[] {
  const slots: number[] = [];
  let last = afterMs;
  while (slots.length < count) {
    const next = slotsAfter(of, last, maxEmptyDays).next();
    if (next.done) break;
    last = next.value;
    slots.push(last);
  }
  return slots;
}

/** Slots that lie one after the other. Instants in epoch milliseconds. */
type SlotRange = { readonly firstMs: number; readonly lastMs: number; readonly count: number };

/** The slots of a time; `newest`: ascending; `earlier`: those before them, null: none. */
export type SlotsBetween = { readonly newest: readonly number[]; readonly earlier: SlotRange | null };

/** Slots after one instant up to another, which is in it; the newest `keep` of them one by one. Takes milliseconds for each year between. */
export function slotsBetween(of: CronIn, afterMs: number, untilMs: number, keep: number): SlotsBetween {
  let newest: number[] = [];
  let earlier: SlotRange | null = null;
  const settle = (slots: readonly number[]) => {
    const [firstMs] = slots;
    const lastMs = slots.at(-1);
    if (firstMs === undefined || lastMs === undefined) return;
    earlier = { firstMs: earlier?.firstMs ?? firstMs, lastMs, count: (earlier?.count ?? 0) + slots.length };
  };
  if (untilMs <= afterMs) return { newest, earlier };
  for (const day of daysFrom(of.cron, localTime(of.zone, afterMs))) {
    if (Date.UTC(day.year, day.month - 1, day.day) - maxOffsetMs > untilMs) break;
    newest.push(...slotsOfDay(of, day, { afterMs, untilMs }));
    if (newest.length <= keep) continue;
    settle(newest.slice(0, newest.length - keep));
    newest = newest.slice(newest.length - keep);
  }
  return { newest, earlier };
}
