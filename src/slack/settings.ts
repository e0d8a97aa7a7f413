// The `slack:` section of the configuration.
import { z } from 'zod';
import { Duration } from '../core/time.ts';

const channelId = z.string().regex(/^[CG][A-Z0-9]+$/, 'must be a channel id such as C012ABCDEF');

const surface = z.enum(['channel', 'thread', 'line', 'none']);

const who = z
  .string()
  .regex(/^(?:@(?:oncall:)?[a-z0-9][a-z0-9_-]*|[UW][A-Z0-9]+)$/, 'must be a role such as @sre or a user id');

/** How Firebreak behaves in Slack. */
export const SlackSettings = z.strictObject({
  /** The slash command, as it is named in the app's manifest. */
  command: z
    .string()
    .regex(/^\/[a-z0-9_-]{1,31}$/, 'must be a slash command such as /firebreak')
    .default('/firebreak'),
  /** Beginning of the names of incident channels. */
  channelPrefix: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,20}$/, 'must be lower-case letters, digits, - and _')
    .default('inc'),
  /** Roles (`@sre`) and user ids that are invited to every incident. */
  invite: z.array(who).default([]),
  operators: z
    .undefined({ error: 'is gone: write `access: { start: [...], order: [...], operate: [...] }` with those names' })
    .optional(),
  /** Used for an incident whose own channel cannot be made or posted to. */
  fallbackChannel: channelId.optional(),
  /** The announce channel by its name or id: one message per incident, kept up to date. */
  announce: z
    .string()
    .regex(/^(?:#[\p{Ll}\p{Lo}\p{N}_-]{1,80}|[CG][A-Z0-9]+)$/u, 'must be a channel such as "#incidents" or C012ABCDEF')
    .optional(),
  /** The same by its id, as earlier versions had it. */
  announceChannel: channelId.optional(),
  /** What an incident of each severity gets where no route says it. */
  loudness: z.strictObject({ 1: surface, 2: surface, 3: surface, 4: surface }).partial().default({}),
  /** More incidents than this, opened within this time, and the announce channel gets a digest instead of a message for each. */
  storm: z
    .strictObject({ incidents: z.number().int().min(1).max(100).default(10), within: Duration.default(60_000) })
    .transform(({ incidents, within }) => ({ incidents, withinMs: within }))
    .prefault({}),
  /** The reaction that puts a message of an incident's channel into its timeline, without colons; null: none does. */
  timelineReaction: z
    .string()
    .regex(/^[\p{Ll}\p{Lo}\p{N}_+-]{1,100}$/u, 'must be the name of an emoji without colons, such as pushpin')
    .nullable()
    .default('pushpin'),
  /** Roles and user ids that are called when nobody leads an incident; without it those of `invite`. */
  leads: z.array(who).optional(),
  /** Channels that hear every update for people outside of an incident. */
  stakeholders: z.array(channelId).max(20).default([]),
  /** The channel of an incident is archived this long after it was closed; without it, people archive it. */
  archiveAfter: Duration.nullable().default(null),
  /** Makes incident channels private; the app then needs the groups:* scopes. */
  privateChannels: z.boolean().default(false),
});
export type SlackSettings = z.output<typeof SlackSettings>;
