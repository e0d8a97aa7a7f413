// Which time a digest is about: from one of its times to the next, as the calendar of its zone has them. Reads no clock.
import { readCron } from '../schedule/cron.ts';
import { slotsBetween } from '../schedule/slots.ts';

/** The digests there are. */
export const digestKinds = ['daily', 'weekly', 'monthly'] as const;
/** One of them. */
export type DigestKind = (typeof digestKinds)[number];

/** When digests are due. `hour`: of the day, 0 to 23; weekly ones on Monday, monthly ones on the first. */
export type DigestTimes = { readonly timezone: string; readonly hour: number };

/** The time that a digest is about; `to` is when it is due, and not in it. Instants in ISO 8601, UTC. */
export type DigestSpan = { readonly from: string; readonly to: string };

const days: { readonly [kind in DigestKind]: string } = { daily: '* * *', weekly: '* * 1', monthly: '1 * *' };
const lookBackMs = 70 * 24 * 3_600_000;

/**
 * The latest span of a kind that is over at an instant. Where clocks skip the hour of a day, that day has no digest of its own: the next one
 * is about both days.
 */
export function latestSpan(kind: DigestKind, { timezone: zone, hour }: DigestTimes, at: string): DigestSpan {
  const cron = readCron(`0 ${hour} ${days[kind]}`);
  if (!cron.ok) throw new Error(`${hour} is no hour of a digest: ${cron.error}`);
  const untilMs = Date.parse(at);
  const [from, to] = slotsBetween({ cron: cron.value, zone }, untilMs - lookBackMs, untilMs, 2).newest;
  if (from === undefined || to === undefined) throw new Error(`no ${kind} digest is due in ${zone}`);
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
