// Facts about action items: what is to be done after an incident, in that incident's stream. Types may gain optional fields, never lose or rename one.
import { z } from 'zod';
import { eventSchema } from '../event-schema.ts';

/** Where it stands in another tracker. */
export const ItemLink = z.object({ url: z.string(), key: z.string() });
export type ItemLink = z.infer<typeof ItemLink>;

/** `7-2`: the second one of incident #7. */
const item = { id: z.string() };

/** All of them. `due`: a day, `2026-12-01`. `factor`: id of the factor that it addresses. `verify`: how people will know that it worked. */
export const actionItemEvents = [
  eventSchema('action_item.added', {
    ...item,
    text: z.string(),
    owner: z.string().optional(),
    due: z.string().optional(),
    factor: z.string().optional(),
    verify: z.string().optional(),
  }),
  /** null takes away what was there. */
  eventSchema('action_item.changed', {
    ...item,
    text: z.string().optional(),
    owner: z.string().nullable().optional(),
    due: z.string().nullable().optional(),
    factor: z.string().nullable().optional(),
    verify: z.string().nullable().optional(),
    link: ItemLink.nullable().optional(),
  }),
  eventSchema('action_item.ended', { ...item, outcome: z.enum(['done', 'dropped']), reason: z.string().optional() }),
  eventSchema('action_item.reopened', { ...item, reason: z.string().optional() }),
  /** It was none: it is listed no more. */
  eventSchema('action_item.removed', { ...item, reason: z.string().optional() }),
] as const;

/** One of them. */
export type ActionItemEvent = z.infer<(typeof actionItemEvents)[number]>;

const types: ReadonlySet<string> = new Set(actionItemEvents.map((schema) => schema.shape.type.value));

/** True for these facts, by their type alone. */
export const isActionItemEvent = <E extends { readonly type: string }>(
  event: E,
): event is Extract<E, { type: ActionItemEvent['type'] }> => types.has(event.type);
