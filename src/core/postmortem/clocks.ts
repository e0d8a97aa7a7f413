// The clocks of an incident: when it began, was detected, was acted on, was told, was mitigated, was over, was closed. Computed, never written by people.
import { elapsedMs } from '../time.ts';
import type { Facts } from './facts.ts';
import type { LedgerRef } from './story.ts';

/** One clock: when, how it is known, and the entry that shows it. `at` null: it has not happened, or nobody said so. */
export type Clock = { readonly at: string | null; readonly how: string; readonly ref: LedgerRef | null };

/** All of them. */
export type Clocks = {
  /** The alert's own start, not the moment we heard of it. */
  readonly began: Clock;
  readonly detected: Clock;
  readonly firstAction: Clock;
  readonly told: Clock;
  readonly mitigated: Clock;
  readonly over: Clock;
  readonly closed: Clock;
};

/** A start that an alert tells is believed if it is not later than the alert, and no longer ago than this. */
const longestAgoMs = 30 * 86_400_000;

const clockOf = (at: string | null, how: string, ref: LedgerRef | null = null): Clock => ({ at, how, ref });

/** Reads the clocks. */
export function clocksOf(facts: Facts): Clocks | null {
  const [opened] = facts.of('incident.opened');
  if (!opened) return null;
  const refOf = ({ stored }: Pick<Facts['every'][number], 'stored'>): LedgerRef => ({
    stream: stored.streamId,
    seq: stored.seq,
  });
  const step = facts.of('step.started').at(0);
  const person = facts.every.find(
    ({ stored, event }) => stored.actor.kind === 'user' && event.type !== 'incident.opened',
  );
  const told = facts.of('update.given').at(0);
  const mitigated = lastStanding(facts);
  const { over, closed } = ends(facts);
  const first = step ?? person;
  return {
    began: began(facts),
    detected: clockOf(opened.stored.at, 'the incident was opened', refOf(opened)),
    firstAction: first
      ? clockOf(first.stored.at, step ? 'the first step of a playbook' : 'the first thing a person did', refOf(first))
      : clockOf(null, 'nothing was done'),
    told: told
      ? clockOf(told.stored.at, 'the first update for people outside', refOf(told))
      : clockOf(null, 'no update was given'),
    mitigated: mitigated
      ? clockOf(mitigated.stored.at, 'somebody said that it did no more harm', refOf(mitigated))
      : clockOf(null, 'nobody said so'),
    over: over ? clockOf(over.stored.at, 'the incident was resolved', refOf(over)) : clockOf(null, 'it is not over'),
    closed: closed
      ? clockOf(closed.stored.at, 'the incident was closed', refOf(closed))
      : clockOf(null, 'it is not closed'),
  };
}

function began(facts: Facts): Clock {
  const [opened] = facts.of('incident.opened');
  let first: Clock = clockOf(opened?.stored.at ?? null, 'no alert says when; the incident was opened then');
  for (const { stored, event } of facts.of('alert.received')) {
    const { startsAt, status } = event.data.alert;
    if (startsAt === null || status !== 'firing') continue;
    const agoMs = elapsedMs(startsAt, stored.at);
    if (!(agoMs >= 0 && agoMs <= longestAgoMs)) continue;
    const at = new Date(Date.parse(startsAt)).toISOString();
    if (first.at === null || at < first.at || first.ref === null)
      first = clockOf(at, 'the start that the alert itself tells', { stream: stored.streamId, seq: stored.seq });
  }
  return first.at !== null && opened && first.at > opened.stored.at
    ? clockOf(opened.stored.at, 'the incident was opened before any alert')
    : first;
}

/** The last time that it was mitigated, if it was not opened again since. */
function lastStanding(facts: Facts) {
  const last = facts.of('incident.mitigated').at(-1);
  const reopened = facts.of('incident.reopened').at(-1);
  return last && !(reopened && reopened.stored.seq > last.stored.seq) ? last : undefined;
}

type End = Facts['every'][number];

/** When it was over, and when it was closed: two things. A merge ends it here too. */
function ends(facts: Facts): { readonly over: End | null; readonly closed: End | null } {
  let over: End | null = null;
  let closed: End | null = null;
  for (const fact of facts.every) {
    const { event } = fact;
    if (event.type === 'incident.resolved') over = fact;
    else if (event.type === 'incident.closed' || event.type === 'incident.merged') {
      over = over ?? fact;
      closed = fact;
    } else if (event.type === 'incident.reopened') [over, closed] = [null, null];
    else if (event.type === 'alert.received' && event.data.alert.status === 'firing' && closed === null) over = null;
  }
  return { over, closed };
}
