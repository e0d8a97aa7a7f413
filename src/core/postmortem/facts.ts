// A stream as the postmortem reads it: events that are understood, by type. Others are only listed. Pure.
import type { StoredEvent, TimelineEvent } from '../events.ts';
import { readEvent } from '../timeline/read-event.ts';

type EventOf<T extends TimelineEvent['type']> = Extract<TimelineEvent, { type: T }>;

/** One understood event in its place. */
export type Fact<T extends TimelineEvent['type'] = TimelineEvent['type']> = T extends TimelineEvent['type']
  ? { readonly stored: StoredEvent; readonly event: EventOf<T> }
  : never;

/** Understood events of a stream. */
export type Facts = {
  readonly every: readonly Fact[];
  /** Those of one type, in order. */
  readonly of: <T extends TimelineEvent['type']>(type: T) => readonly Fact<T>[];
};

/** Reads a stream once. */
export function readFacts(events: readonly StoredEvent[]): Facts {
  const every: Fact[] = [];
  const byType = new Map<string, Fact[]>();
  for (const stored of events) {
    const read = readEvent(stored);
    if (read.outcome !== 'known') continue;
    const fact = { stored, event: read.event } as Fact;
    every.push(fact);
    const same = byType.get(stored.type);
    if (same) same.push(fact);
    else byType.set(stored.type, [fact]);
  }
  return {
    every,
    of: <T extends TimelineEvent['type']>(type: T) => (byType.get(type) ?? []) as unknown as readonly Fact<T>[],
  };
}

/** Groups by a key, in order. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
