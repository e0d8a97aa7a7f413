// The timeline of an incident over the API.
import { z } from 'zod';
import { ApiActor } from './actor.ts';
import { JsonMembers } from './json.ts';

/** One entry of a timeline, linked to the one before by its hash. */
export const ApiTimelineEvent = z.object({
  streamId: z.string(),
  seq: z.int().describe('Its place, from 1'),
  type: z.string().describe('Such as `run.started`; newer versions may have types that are not known yet'),
  at: z.string(),
  actor: ApiActor,
  cause: z.string().describe('What led here: receipt of a delivery, or id of a request or command'),
  data: JsonMembers,
  prevHash: z.string(),
  hash: z.string(),
});
export type ApiTimelineEvent = z.infer<typeof ApiTimelineEvent>;

/** A part of a timeline. */
export const ApiTimelinePage = z.object({
  items: z.array(ApiTimelineEvent),
  next: z.int().nullable().describe('`from` of the next page; null ends it'),
});
export type ApiTimelinePage = z.infer<typeof ApiTimelinePage>;
