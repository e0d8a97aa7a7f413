// What the sandbox takes from an app's manifest: the entries of its menus, and the events it is subscribed to. Reads text; asks nobody.
import { parse } from 'yaml';
import { z } from 'zod';
import type { SlackObject } from './entities.ts';
import type { SandboxOptions } from './types.ts';

const Manifest = z.object({
  features: z.object({
    shortcuts: z
      .array(z.object({ name: z.string(), type: z.enum(['message', 'global']), callback_id: z.string() }))
      .default([]),
  }),
  settings: z
    .object({ event_subscriptions: z.object({ bot_events: z.array(z.string()).default([]) }).optional() })
    .default({}),
});

/**
 * What a manifest, as YAML or JSON, says of the app.
 * @throws ZodError if it has no `features`, or a shortcut has no name, type or id
 */
export function readManifest(manifest: string): Required<Pick<SandboxOptions, 'shortcuts' | 'events'>> {
  const { features, settings } = Manifest.parse(parse(manifest));
  return {
    shortcuts: features.shortcuts.map(({ name, type, callback_id }) => ({ name, type, callbackId: callback_id })),
    events: settings.event_subscriptions?.bot_events ?? [],
  };
}

const messageKinds: { readonly [channelType: string]: string } = {
  channel: 'message.channels',
  group: 'message.groups',
  im: 'message.im',
  mpim: 'message.mpim',
};

/** The name under which a manifest subscribes to an event: of messages, by where they stand. */
export const subscriptionOf = ({ type, channel_type }: SlackObject): string =>
  type === 'message' ? (messageKinds[String(channel_type)] ?? 'message.channels') : String(type);
