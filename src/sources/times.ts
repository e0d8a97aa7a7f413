// What senders write as a time, as an instant: ISO texts, dates with a space, Unix time in any unit. Reads no clock.
import type { Json } from '../core/json.ts';
import { asText } from './labels.ts';

const earliestMs = Date.UTC(2000, 0, 1);
const aheadMs = 5 * 60_000;

/** Milliseconds since 1970 of a time as senders write it; null for none and for nonsense. A time without a zone is UTC. */
export function instantMs(value: Json | undefined): number | null {
  if (typeof value === 'number') return epochMs(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^-?\d{5,}(?:\.\d+)?$/.test(text)) return epochMs(Number(text));
  const dated = text.replace(/^(\d{4})[./](\d\d)[./](\d\d)/, '$1-$2-$3').replace(/^(\d{4}-\d\d-\d\d) +(?=\d)/, '$1T');
  const zoned = /^\d{4}-\d\d-\d\dT[\d:.,]+$/.test(dated) ? `${dated}Z` : dated;
  const ms = Date.parse(zoned);
  return Number.isFinite(ms) ? ms : null;
}

/** Unix time: its size tells seconds, milliseconds, microseconds and nanoseconds apart for any instant from 1973 to 5138. */
function epochMs(value: number): number | null {
  const size = Math.abs(value);
  const ms = size < 1e11 ? value * 1000 : size < 1e14 ? value : size < 1e17 ? value / 1000 : value / 1e6;
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? Math.round(ms) : null;
}

/** A time of an alert; `remark` where it was replaced. */
type ReadTime = { readonly at: string | null; readonly remark: string | null };

/**
 * A time of an alert as it can be: one that is no time, lies before 2000 or more than 5 minutes after the delivery is replaced by the time of the
 * delivery, and the remark keeps the sender's word. Nothing, and Go's zero time where `zero` says that it means nothing, is null.
 */
export function plausibleTime(
  value: Json | undefined,
  { name, receivedAt, zero }: { readonly name: string; readonly receivedAt: string; readonly zero: 'none' | 'absurd' },
): ReadTime {
  if (value === null || value === undefined || value === '') return { at: null, remark: null };
  const ms = instantMs(value);
  if (zero === 'none' && typeof value === 'string' && value.startsWith('0001-01-01')) return { at: null, remark: null };
  if (ms !== null && ms >= earliestMs && ms <= Date.parse(receivedAt) + aheadMs)
    return { at: new Date(ms).toISOString(), remark: null };
  const word = asText(value, 100);
  const why = ms === null ? 'is no time' : ms < earliestMs ? 'is before the year 2000' : 'is in the future';
  return { at: receivedAt, remark: `${name}: ${word} ${why}; the time of the delivery, ${receivedAt}, counts instead` };
}
