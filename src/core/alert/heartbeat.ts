// Heartbeats: sources that must report again and again. What counts as one, when one is missing, and the alert that then fires. Pure: no clock.
import { z } from 'zod';
import { Duration } from '../time.ts';
import type { Alert } from './alert.ts';
import { Severity } from './severity.ts';
import type { TimeIntervals } from './time-interval.ts';
import { AlertWhere, whereOutcome } from './where.ts';

/** The source of alerts about heartbeats; also of the URL that cron jobs call. */
export const heartbeatSource = 'heartbeat';

/** What the alert about a heartbeat is known by. */
export const heartbeatFingerprint = (name: string): string => `${heartbeatSource}/${name}`;

const waits = Duration.refine((ms) => ms >= 5000, 'must be 5s at least: it is looked at every five seconds');

/** One entry of `heartbeats:`: what must be heard how often. Without `from` and `where`: pings of the integration of its name. */
export const Heartbeat = z
  .strictObject({
    /** Also the name of the integration that cron jobs call. */
    name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _'),
    every: waits,
    grace: Duration.default(60_000),
    /** Every delivery of this integration counts. */
    from: z.string().min(1).exactOptional(),
    /** Every alert that fires and fits counts, and opens nothing by itself. */
    where: AlertWhere.refine(
      (where) => Object.keys(where).length > 0,
      'must ask for something, such as match: alertname="Watchdog"',
    ).exactOptional(),
    severity: Severity.default('error'),
    service: z.string().min(1).max(500).exactOptional(),
    labels: z.record(z.string().regex(/^[A-Za-z_][\w.:/-]{0,199}$/), z.string().max(1000)).default({}),
  })
  .refine(({ from, where }) => from === undefined || where === undefined, 'must have `from` or `where`, not both');
export type Heartbeat = z.output<typeof Heartbeat>;

/** How a heartbeat stands. Instants are those of one clock. */
export type HeartbeatState = {
  readonly name: string;
  /** When it was heard last; null: never. */
  readonly heardAt: string | null;
  /** Since when somebody listens without a gap. */
  readonly watchedSince: string;
  /** Since when its alert fires; null: it does not. */
  readonly raisedAt: string | null;
};

/** What is to be told about a heartbeat; `since` is the same however often it is asked: nothing is told twice. */
export type HeartbeatChange = { readonly status: 'missing' | 'heard'; readonly since: string };

/** What is to be told at an instant; null: nothing. After a time in which nobody listened it has all its time once more. */
export function heartbeatChange(
  { every, grace }: Pick<Heartbeat, 'every' | 'grace'>,
  { heardAt, watchedSince, raisedAt }: HeartbeatState,
  at: string,
): HeartbeatChange | null {
  if (raisedAt !== null) return heardAt !== null && heardAt > raisedAt ? { status: 'heard', since: raisedAt } : null;
  const since = heardAt !== null && heardAt > watchedSince ? heardAt : watchedSince;
  return Date.parse(at) >= Date.parse(since) + every + grace ? { status: 'missing', since } : null;
}

/** Whether an alert counts as this heartbeat. What is told about heartbeats never does. */
export function isHeartbeat(
  { where }: Heartbeat,
  alert: Alert,
  { at, intervals }: { readonly at: string; readonly intervals: TimeIntervals },
): boolean {
  if (where === undefined || alert.status !== 'firing' || alert.source === heartbeatSource) return false;
  return whereOutcome(where, alert, { at, intervals }) === 'matches';
}

/** The names of the heartbeats that an alert counts as: then nothing else comes of it. */
export const heartbeatsOf = (
  rules: readonly Heartbeat[],
  alert: Alert,
  moment: { readonly at: string; readonly intervals: TimeIntervals },
): readonly string[] => rules.filter((rule) => isHeartbeat(rule, alert, moment)).map(({ name }) => name);

/** The alert about a heartbeat. `said`: what its sender said of a failure; null: it was not heard. */
export function heartbeatAlert(
  { name, severity, service, labels, every }: Heartbeat,
  status: Alert['status'],
  { at, said }: { readonly at: string; readonly said: string | null },
): Alert {
  const minutes = Math.round(every / 6000) / 10;
  return {
    source: heartbeatSource,
    integration: name,
    fingerprint: heartbeatFingerprint(name),
    status,
    title: said === null ? `${name} was not heard` : `${name} reports a failure`,
    description: said ?? `It should be heard every ${minutes} minute(s).`,
    severity,
    sourceSeverity: null,
    service: service ?? null,
    labels: { heartbeat: name, ...labels },
    annotations: {},
    startsAt: status === 'firing' ? at : null,
    endsAt: status === 'resolved' ? at : null,
    links: [],
    groupKey: null,
  };
}
