// The channel of an incident: made once, reused after a crash, never doubled. Posts no messages.
import type { WebClient } from '@slack/web-api';
import type { Directory, IncidentRow, Log } from '../ports.ts';
import type { SlackSettings } from './settings.ts';
import { isPlatformError, troubleOf } from './slack-error.ts';
import { cut } from './text.ts';
import { severityText } from './views/incident-card.ts';

/** The channel's name: Slack allows 80 characters of lower-case letters, digits, - and _. */
export function channelName(prefix: string, { number, title }: { number: number; title: string }): string {
  const slug = title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return slug === '' ? `${prefix}-${number}` : `${prefix}-${number}-${slug}`;
}

/** A channel that is there. */
export type Channel = { readonly id: string; readonly name: string; readonly created: boolean };

/** Makes the channel, or finds the one an earlier try has made. */
export async function openChannel(
  client: WebClient,
  settings: SlackSettings,
  incident: IncidentRow,
  log: Log,
): Promise<Channel> {
  const name = channelName(settings.channelPrefix, incident);
  for (let suffix = 0; suffix < 5; suffix++) {
    const candidate = suffix === 0 ? name : `${name}-${suffix + 1}`;
    try {
      const { channel } = await client.conversations.create({ name: candidate });
      if (channel?.id) return { id: channel.id, name: channel.name ?? candidate, created: true };
    } catch (error) {
      if (isPlatformError(error, ['name_taken'])) {
        const own = await findOwn(client, candidate);
        if (own) return { id: own, name: candidate, created: false };
        continue;
      }
      if (settings.fallbackChannel === undefined) throw error;
      log.error(
        { error: troubleOf(error).message, incident: incident.number },
        'no channel could be made; using the fallback channel',
      );
      return { id: settings.fallbackChannel, name: 'fallback', created: false };
    }
  }
  throw new Error(`every name for the channel of incident ${incident.number} is taken`);
}

/** A channel of that name that Firebreak itself has made. */
async function findOwn(client: WebClient, name: string): Promise<string | null> {
  const { user_id: self } = await client.auth.test();
  let cursor: string | undefined;
  do {
    const page = await client.conversations.list({ limit: 200, exclude_archived: true, ...(cursor ? { cursor } : {}) });
    const found = page.channels?.find((channel) => channel.name === name);
    if (found?.id) return found.creator === self ? found.id : null;
    cursor = page.response_metadata?.next_cursor;
  } while (cursor);
  return null;
}

/** Topic of the channel: Slack shows 250 characters. */
export async function setTopic(client: WebClient, channelId: string, incident: IncidentRow): Promise<void> {
  const topic = cut(`${severityText(incident.severity)} | ${incident.status} | ${incident.title}`, 250);
  await client.conversations.setTopic({ channel: channelId, topic });
}

/** Invites the responders; people who are there already, or cannot come, are no reason to fail. */
export async function inviteResponders(
  client: WebClient,
  directory: Directory,
  settings: SlackSettings,
  channelId: string,
  log: Log,
): Promise<readonly string[]> {
  const users = (await directory.members(settings.invite)).slice(0, 100);
  if (users.length === 0) return [];
  try {
    await client.conversations.invite({ channel: channelId, users: users.join(','), force: true });
  } catch (error) {
    if (!isPlatformError(error, ['already_in_channel']))
      log.warn({ error: troubleOf(error).message }, 'some responders could not be invited');
  }
  return users;
}
