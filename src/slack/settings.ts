// The `slack:` section of the configuration.
import { z } from 'zod';

const channelId = z.string().regex(/^[CG][A-Z0-9]+$/, 'must be a channel id such as C012ABCDEF');

const who = z.string().regex(/^(?:@[a-z0-9][a-z0-9_-]*|[UW][A-Z0-9]+)$/, 'must be a role such as @sre or a user id');

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
  /** Gets one card per incident, kept up to date. */
  announceChannel: channelId.optional(),
  /** Makes incident channels private; the app then needs the groups:* scopes. */
  privateChannels: z.boolean().default(false),
});
export type SlackSettings = z.output<typeof SlackSettings>;
