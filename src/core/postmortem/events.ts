// Facts about the postmortem of an incident, in the incident's own stream. Types may gain optional fields, never lose or rename one.
import { z } from 'zod';
import { eventSchema } from '../event-schema.ts';
import { PostmortemStatus, ReviewVerdict, StorySections } from './story.ts';

/** All of them. `version`: of the document, counted by its edits. */
export const postmortemEvents = [
  /** `adopted`: nobody wrote these sections; they are drafts of the ledger that stay as they are from here on. */
  eventSchema('postmortem.edited', {
    version: z.number(),
    sections: StorySections,
    adopted: z.literal(true).optional(),
  }),
  eventSchema('postmortem.status_changed', {
    from: PostmortemStatus,
    to: PostmortemStatus,
    version: z.number(),
    reviewers: z.array(z.string()).optional(),
    reason: z.string().optional(),
  }),
  eventSchema('postmortem.review_given', {
    version: z.number(),
    verdict: ReviewVerdict,
    comment: z.string().optional(),
  }),
] as const;

/** One of them. */
export type PostmortemEvent = z.infer<(typeof postmortemEvents)[number]>;

const types: ReadonlySet<string> = new Set(postmortemEvents.map((schema) => schema.shape.type.value));

/** True for these facts, by their type alone. */
export const isPostmortemEvent = <E extends { readonly type: string }>(
  event: E,
): event is Extract<E, { type: PostmortemEvent['type'] }> => types.has(event.type);
