// The `slack:` section of the configuration, and the roles it works with.
import { z } from 'zod';

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
  /** Roles and users that are invited to every incident. */
  invite: z.array(z.string()).default([]),
  /** Channel id that is used when an incident channel cannot be made. */
  fallbackChannel: z
    .string()
    .regex(/^[CG][A-Z0-9]+$/, 'must be a channel id such as C012ABCDEF')
    .optional(),
});
export type SlackSettings = z.output<typeof SlackSettings>;

/** Roles by name without the `@`. */
export type Roles = {
  readonly [name: string]: { readonly users: readonly string[]; readonly groups: readonly string[] };
};
