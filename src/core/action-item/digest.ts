// The digest of overdue action items: once a day, one text for all of them. Reads no clock: the instant is passed in. Pure.
import { documentTime } from '../postmortem/document-time.ts';
import { type ActionItem, overdueItems } from './state.ts';

/** Items that are listed one by one. */
const maxListed = 15;
const maxText = 140;

/** The local day and hour of an instant, as `2026-12-01` and 0 to 23. */
export function localDay(at: string, timeZone: string): { readonly day: string; readonly hour: number } {
  const { iso } = documentTime(timeZone);
  const local = iso(at);
  return { day: local.slice(0, 10), hour: Number(local.slice(11, 13)) };
}

const one = ({ id, text, owner, due }: ActionItem, nameOf: (id: string) => string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  const cut = line.length <= maxText ? line : `${line.slice(0, maxText - 1).toWellFormed()}…`;
  return `• ${id}: ${cut} (${owner === null ? 'nobody yet' : nameOf(owner)}, due ${due})`;
};

/** What is told on `today`; null: nothing is overdue. Those that have waited longest stand first. `nameOf`: what an owner is called. */
export function overdueDigest(
  items: readonly ActionItem[],
  today: string,
  nameOf: (id: string) => string = (id) => id,
): string | null {
  const overdue = overdueItems(items, today).toSorted(
    (a, b) => (a.due ?? '').localeCompare(b.due ?? '') || a.id.localeCompare(b.id),
  );
  if (overdue.length === 0) return null;
  const rest = overdue.length - maxListed;
  return [
    `${overdue.length} action item${overdue.length === 1 ? ' is' : 's are'} overdue:`,
    ...overdue.slice(0, maxListed).map((item) => one(item, nameOf)),
    ...(rest > 0 ? [`and ${rest} more: firebreak actions list --overdue`] : []),
  ].join('\n');
}
