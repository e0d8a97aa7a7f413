// A source's sample as an alert that was never seen before: its own identity and times made new wherever they stand. Pure.
import { type Json, plainObject } from '../../core/json.ts';
import { instantMs } from '../../sources/times.ts';
import type { Source, SourceContext } from '../../spi/source.ts';

/** The sample's headers and body, new. A source that derives the identity from labels alone gives the same alert again. */
export function freshSample(
  source: Source,
  context: SourceContext,
  { now, id }: { readonly now: string; readonly id: string },
): { readonly headers: Record<string, string>; readonly body: Json } {
  const { headers, body } = source.sample;
  const parsed = source.parse(
    { headers, raw: Buffer.from(JSON.stringify(body)), body, receivedAt: now, remarks: [] },
    context,
  );
  const { alerts, deliveryKey } = parsed.ok ? parsed.value : { alerts: [], deliveryKey: null };
  const own = alerts.map(({ fingerprint }) => fingerprint.replace(`${context.name}/`, ''));
  // An identity that is put together of several fields stands in the body in parts; short parts are words, not identities.
  const parts = own.flatMap((text) =>
    text
      .split('|')
      .concat(text.split(/[/|]/))
      .filter((part) => part.length >= 6),
  );
  const identities = [...new Set([...own, ...parts, ...(deliveryKey ? [deliveryKey] : [])])];
  const starts = new Set(alerts.map(({ startsAt }) => startsAt));
  const renew = (text: string): string => {
    const which = identities.indexOf(text);
    if (which >= 0) return which === 0 ? id : `${id}-${which}`;
    return isStart(text) ? timeLike(text, now) : text;
  };
  const isStart = (value: string | number): boolean => {
    const ms = instantMs(value);
    return ms !== null && ms > 0 && starts.has(new Date(ms).toISOString());
  };
  const walk = (value: Json): Json => {
    if (typeof value === 'string') return renew(value);
    if (typeof value === 'number' && identities.includes(String(value))) return Number.parseInt(id.slice(0, 8), 16);
    if (typeof value === 'number') return isStart(value) ? Number(timeLike(String(value), now)) : value;
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(walk);
    return plainObject(Object.entries(value).map(([key, member]) => [key, walk(member)]));
  };
  return {
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, renew(value)])),
    body: walk(body),
  };
}

/** An instant as a sender writes it that wrote `text`: Unix time in seconds or milliseconds, or ISO. */
function timeLike(text: string, now: string): string {
  if (!/^\d+$/.test(text)) return now;
  const ms = Date.parse(now);
  return String(text.length <= 11 ? Math.floor(ms / 1000) : ms);
}
