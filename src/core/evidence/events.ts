// Facts about evidence that Firebreak keeps by itself: at the opening and the resolution of an incident, and of files in its channel. Types
// may gain optional fields, never lose or rename one. What steps keep stands in their own events.
import { z } from 'zod';
import { eventSchema } from '../event-schema.ts';
import { ArtifactRef } from './artifact-ref.ts';

/** Why evidence is kept. */
export const EvidenceMoment = z.enum(['opening', 'resolution', 'chat']);
export type EvidenceMoment = z.infer<typeof EvidenceMoment>;

/** What is owed: `key` tells it from everything else of its incident, `name` is for people. */
const owed = { key: z.string(), name: z.string(), moment: EvidenceMoment };

/** All of them. */
export const evidenceEvents = [
  /** `of`: what it was taken from, such as a query, a path, a message. */
  eventSchema('evidence.captured', { ...owed, of: z.string(), artifacts: z.array(ArtifactRef) }),
  /** It could not be had yet. */
  eventSchema('evidence.retry_scheduled', { ...owed, reason: z.string(), retryAt: z.string() }),
  /** It could not be had, and is not tried again. */
  eventSchema('evidence.failed', { ...owed, of: z.string(), reason: z.string() }),
] as const;

/** One of them. */
export type EvidenceEvent = z.infer<(typeof evidenceEvents)[number]>;
