// Facts that belong to no incident: what people change for all of Firebreak. Dotted past tense; a type may gain optional fields, never
// lose or rename one.
import { z } from 'zod';
import { Right } from '../authority/right.ts';
import { eventSchema } from '../event-schema.ts';
import { Actor } from '../events.ts';
import { passkeyEvents } from '../step-up/passkey.ts';
import { muteEvents } from './mute-events.ts';
import { rulebookEvents } from './rulebook-events.ts';
import { scheduleEvents } from './schedule-events.ts';
import { sloEvents } from './slo-events.ts';
import { trustEvents } from './trust-events.ts';

/** The stream that these facts stand in. */
export const systemStreamId = 'system';

/** Facts of the system stream. */
export const SystemEvent = z.discriminatedUnion('type', [
  /** `scope`: `*` is everything, else a playbook's name. */
  eventSchema('switch.engaged', {
    scope: z.string(),
    reason: z.string(),
    /** It was engaged before switches were recorded: by whom and when. */
    earlier: z.object({ by: Actor, at: z.string() }).optional(),
  }),
  eventSchema('switch.released', { scope: z.string(), reason: z.string().optional() }),
  eventSchema('token.created', {
    name: z.string(),
    rights: z.array(Right),
    expiresAt: z.string(),
    /** Key under `people:` of the configuration. */
    owner: z.string().optional(),
    /** SHA-256 of the token, hex. The token itself is kept nowhere. */
    hash: z.string(),
  }),
  /** A dead delivery was read once more; `alerts`: how many it holds. */
  eventSchema('delivery.replayed', {
    receipt: z.string(),
    source: z.string(),
    integration: z.string(),
    alerts: z.number(),
    reason: z.string().optional(),
  }),
  /** A whole stream left the database for an archive, at this end. `digest`: SHA-256 of the file, hex. */
  eventSchema('stream.archived', {
    streamId: z.string(),
    /** Number of the incident. Absent: it was an alert group, which has none. */
    number: z.number().optional(),
    head: z.object({ version: z.number(), hash: z.string() }),
    digest: z.string(),
    file: z.string(),
    /** Fingerprints of the alerts whose newest incident it was: what is known of them left with it. */
    alerts: z.array(z.string()),
    /** True: it was private, and who could not know of it learns nothing of where it went. Absent: it was not. */
    isPrivate: z.literal(true).optional(),
    reason: z.string().optional(),
  }),
  eventSchema('token.revoked', { name: z.string(), reason: z.string().optional() }),
  /** A database that had gone back in time was accepted. `lost`: the checkpoint it no longer has; `kept`: the newest it has. */
  eventSchema('restore.accepted', {
    reason: z.string(),
    lost: z.object({ number: z.number(), digest: z.string() }),
    kept: z.number().nullable(),
  }),
  /**
   * Something was taken out of an event. `hash`: as the chain has it, over what stood there; `now`: SHA-256 of the event as it stands since.
   * `paths`: where, as JSON pointers into its data.
   */
  eventSchema('record.redacted', {
    streamId: z.string(),
    seq: z.number(),
    hash: z.string(),
    now: z.string(),
    paths: z.array(z.string()),
    reason: z.string(),
  }),
  /** The content of a piece of evidence was taken out. */
  eventSchema('evidence.redacted', { digest: z.string(), name: z.string(), reason: z.string() }),
  ...muteEvents,
  ...scheduleEvents,
  ...sloEvents,
  ...passkeyEvents,
  ...rulebookEvents,
  ...trustEvents,
]);
export type SystemEvent = z.infer<typeof SystemEvent>;
