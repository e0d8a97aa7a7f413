// The one place where a stored event becomes an event of this version. A stream may hold events of another version: none of them
// is dropped or thrown at, each is told apart here. Pure.
import type { z } from 'zod';
import { PlaybookLifeEvent } from '../change-control/events.ts';
import { IncidentEvent, RunEvent, type StoredEvent, type TimelineEvent } from '../events.ts';
import { GroupEvent } from '../group/events.ts';
import { SystemEvent } from '../system/events.ts';

/** A fact of any stream. */
export type KnownEvent = TimelineEvent | GroupEvent | SystemEvent | PlaybookLifeEvent;

/** A stored event as this version takes it. */
export type ReadEvent =
  | { readonly outcome: 'known'; readonly event: KnownEvent }
  /** A type that this version does not have. */
  | { readonly outcome: 'unknown' }
  /** A type that it has, with data that does not fit: a field is missing, or says what this version does not know. */
  | { readonly outcome: 'unreadable'; readonly problem: string };

const schemas: ReadonlyMap<string, z.ZodType<KnownEvent>> = new Map(
  [
    ...IncidentEvent.options,
    ...RunEvent.options,
    ...GroupEvent.options,
    ...SystemEvent.options,
    ...PlaybookLifeEvent.options,
  ].map((schema) => [schema.shape.type.value, schema]),
);

/** Every event type of this version. */
export const eventTypes: readonly string[] = [...schemas.keys()];

/** Reads one event. Total: whatever stands in a stream, it answers. */
export function readEvent({ type, data }: Pick<StoredEvent, 'type' | 'data'>): ReadEvent {
  const schema = schemas.get(type);
  if (!schema) return { outcome: 'unknown' };
  const parsed = schema.safeParse({ type, data });
  if (parsed.success) return { outcome: 'known', event: parsed.data };
  const [first] = parsed.error.issues;
  return { outcome: 'unreadable', problem: `${first?.path.join('.')}: ${first?.message}` };
}

const systemTypes: ReadonlySet<string> = new Set(SystemEvent.options.map((schema) => schema.shape.type.value));

/** True for facts of the system stream, by their type alone. */
export const isSystemEvent = <E extends KnownEvent>(event: E): event is Extract<E, SystemEvent> =>
  systemTypes.has(event.type);

const groupTypes: ReadonlySet<string> = new Set(GroupEvent.options.map((schema) => schema.shape.type.value));

/** True for facts of an alert group's stream, by their type alone. */
export const isGroupEvent = <E extends KnownEvent>(event: E): event is Extract<E, GroupEvent> =>
  groupTypes.has(event.type);

const playbookTypes: ReadonlySet<string> = new Set(PlaybookLifeEvent.options.map((schema) => schema.shape.type.value));

/** True for facts of a playbook's own stream, by their type alone. */
export const isPlaybookLifeEvent = <E extends KnownEvent>(event: E): event is Extract<E, PlaybookLifeEvent> =>
  playbookTypes.has(event.type);

/** True for facts of an incident and its runs, by their type alone. */
export const isTimelineEvent = <E extends KnownEvent>(event: E): event is Extract<E, TimelineEvent> =>
  !isSystemEvent(event) && !isGroupEvent(event) && !isPlaybookLifeEvent(event);
