// Redactions over the API.
import { z } from 'zod';
import { listOf } from './paging.ts';
import { ApiTimelineEvent } from './timeline.ts';

/** What is to be taken out. */
export const WhereToRedact = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('event'),
      stream: z
        .string()
        .regex(/^(?:system|(?:inc|grp)_[a-z0-9]{26})$/, 'must be the id of an incident or group, or system'),
      seq: z.int().min(1).describe('Place of the event in its stream'),
      path: z.string().max(1000).optional().describe('JSON pointer (RFC 6901) into its data; without it, all of it'),
      text: z.string().min(4).max(100_000).optional().describe('Only this text, wherever it stands there'),
    }),
    z.strictObject({
      type: z.literal('evidence'),
      digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits'),
    }),
  ])
  .refine((where) => where.type === 'evidence' || where.path !== undefined || where.text !== undefined, {
    message: 'must have a path, or a text that is to be taken out',
    path: ['path'],
  });

/** Redactions of one incident, as the system stream has them. */
export const ApiRedactions = z.object({
  items: listOf(ApiTimelineEvent).describe('`record.redacted` events, oldest first; nothing else of that stream'),
});
export type ApiRedactions = z.infer<typeof ApiRedactions>;

const Place = z.object({ stream: z.string(), seq: z.int(), type: z.string() });

/** What was taken out. */
export const ApiRedaction = z.object({
  paths: z.array(z.string()).describe('Where in the event something was taken out'),
  alsoIn: z.array(Place).describe('Other events that still hold the same text, twenty at most: redact them too'),
  notReachable: z.array(z.string()).describe('Where it may stand all the same'),
});
export type ApiRedaction = z.infer<typeof ApiRedaction>;
