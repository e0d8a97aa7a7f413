// When something is due, as people write it: `2026-12-01`, `tomorrow`, `friday`, `2w`, `in 3 days`. Reads no clock.
const dayMs = 86_400_000;
const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const units: { readonly [unit: string]: number | undefined } = { d: 1, day: 1, w: 7, week: 7, month: 30 };

/** The day of an instant, in UTC. */
export const dayOf = (at: string): string => new Date(Date.parse(at)).toISOString().slice(0, 10);

/** True for a day that is in the calendar. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && dayOf(text) === text;

/** What is said of a text that is no day. */
export const noDay = 'is no day; write one such as 2026-12-01, tomorrow, friday, 2w or 10d';

/** The day that is meant, seen from `at`; null: the text is no day. */
export function parseDue(text: string, at: string): string | null {
  const said = text.trim().toLowerCase();
  const after = (count: number) => dayOf(new Date(Date.parse(at) + count * dayMs).toISOString());
  if (isDay(said)) return said;
  if (said === 'today') return after(0);
  if (said === 'tomorrow') return after(1);
  const weekday = days.findIndex((day) => said.length >= 3 && (said === day || said === day.slice(0, 3)));
  if (weekday >= 0) return after(((weekday - new Date(Date.parse(at)).getUTCDay() + 6) % 7) + 1);
  const counted = /^(?:in )?(\d{1,3}) ?(d|day|w|week|month)s?$/.exec(said);
  const unit = units[counted?.[2] ?? ''];
  return counted && unit !== undefined ? after(Number(counted[1]) * unit) : null;
}
