// The channel of an incident: made once, reused after a crash, never doubled. Posts no messages.
import type { WebClient } from '@slack/web-api';
import type { Directory } from '../../ports/directory.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import type { Log } from '../../ports/runtime.ts';
import type { SlackSettings } from '../settings.ts';
import { isPlatformError, type SlackTrouble, troubleOf } from '../slack-error.ts';
import { cut, visible } from '../text.ts';
import { severityText } from '../views/incident-card.ts';

const maxNames = 5;
/** Slack takes 100 people at a time. */
const maxInvited = 100;

/** The channel's name: Slack allows 80 characters of lower-case letters, digits, - and _. */
export function channelName(
  prefix: string,
  { number, title }: { number: number; title: string },
  isExercise = false,
): string {
  const slug = title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  const name = `${prefix}-${number}${isExercise ? '-drill' : ''}`;
  return slug === '' ? name : `${name}-${slug}`;
}

/** The channel's topic: Slack allows 250 characters, and `<` and `>` would begin a mention or a link. */
export function channelTopic({ severity, status, title }: Pick<IncidentRow, 'severity' | 'status' | 'title'>): string {
  const inert = visible(title).replace(/\s+/g, ' ').replaceAll('<', '‹').replaceAll('>', '›');
  return cut(`${severityText(severity)} | ${status} | ${inert}`, 250);
}

/** A link at the top of a channel; http or https. */
export type Bookmark = { readonly title: string; readonly link: string };

/** A channel that is there. */
type Channel = { readonly id: string; readonly name: string; readonly created: boolean };

/** True for what another try may mend. */
const isPassing = (kind: SlackTrouble['kind']) => kind === 'wait' || kind === 'ambiguous' || kind === 'dead';

/** Opens and furnishes channels. */
export type Channels = {
  /** Makes the incident's channel, or finds the one an earlier try has made. */
  readonly open: (incident: IncidentRow, isExercise: boolean) => Promise<Channel>;
  /** A channel that takes no topic has a blemish and is no failure. */
  readonly setTopic: (channelId: string, topic: string) => Promise<void>;
  /** Archives it; one that cannot be archived is no failure. */
  readonly archive: (channelId: string) => Promise<void>;
  /** Invites those behind names and answers who they are; people who are there already, or cannot come, are no failure. */
  readonly invite: (channelId: string, names: readonly string[]) => Promise<readonly string[]>;
  /** Takes those behind names out; who is not there is no failure. */
  readonly remove: (channelId: string, names: readonly string[]) => Promise<void>;
  /** Pins a message; a channel without the pin has a blemish and is no failure. */
  readonly pin: (channelId: string, ts: string) => Promise<void>;
  /** Adds the bookmarks that the channel does not have; one without them has a blemish and is no failure. */
  readonly bookmark: (channelId: string, bookmarks: readonly Bookmark[]) => Promise<void>;
};

/** A channel of that name that Firebreak itself has made. */
async function findOwn(client: WebClient, name: string, isPrivate: boolean): Promise<string | null> {
  const { user_id: self } = await client.auth.test();
  const types = isPrivate ? 'public_channel,private_channel' : 'public_channel';
  let cursor = '';
  do {
    const page = { types, limit: 200, exclude_archived: true, ...(cursor === '' ? {} : { cursor }) };
    const { channels, response_metadata } = await client.conversations.list(page);
    const found = channels?.find((channel) => channel.name === name);
    if (found?.id) return found.creator === self ? found.id : null;
    cursor = response_metadata?.next_cursor ?? '';
  } while (cursor !== '');
  return null;
}

/** Channels over a client that may repeat calls: every call here can be made twice. */
export function createChannels(client: WebClient, settings: SlackSettings, directory: Directory, log: Log): Channels {
  return {
    async open(incident, isExercise) {
      const name = channelName(settings.channelPrefix, incident, isExercise);
      const isSecret = incident.members !== undefined;
      const isPrivate = settings.privateChannels || isSecret;
      for (let suffix = 1; suffix <= maxNames; suffix++) {
        const candidate = suffix === 1 ? name : `${name}-${suffix}`;
        try {
          const { channel } = await client.conversations.create({
            name: candidate,
            is_private: isPrivate,
          });
          if (channel?.id) return { id: channel.id, name: channel.name ?? candidate, created: true };
        } catch (error) {
          if (isPlatformError(error, ['name_taken'])) {
            const own = await findOwn(client, candidate, isPrivate);
            if (own) return { id: own, name: candidate, created: false };
            continue;
          }
          // Whoever is in the fallback channel may not know of it.
          if (settings.fallbackChannel === undefined || isSecret) throw error;
          const { message } = troubleOf(error);
          log.error(
            { error: message, incident: incident.number },
            'no channel could be made; using the fallback channel',
          );
          return { id: settings.fallbackChannel, name: 'fallback', created: false };
        }
      }
      throw new Error(`every name for the channel of incident ${incident.number} is taken`);
    },

    setTopic: (channelId, topic) =>
      asBlemish(log, { channelId, what: 'the topic could not be set' }, () =>
        client.conversations.setTopic({ channel: channelId, topic }),
      ),

    // The fallback channel is no incident's own.
    archive: async (id) => (id === settings.fallbackChannel ? undefined : archiveChannel(client, id, log)),

    async invite(channelId, names) {
      const users = (await directory.members(names)).slice(0, maxInvited);
      if (users.length === 0) return [];
      try {
        await client.conversations.invite({ channel: channelId, users: users.join(','), force: true });
      } catch (error) {
        if (isPassing(troubleOf(error).kind)) throw error;
        if (!isPlatformError(error, ['already_in_channel']))
          log.warn({ error: troubleOf(error).message, channelId }, 'some responders could not be invited');
      }
      return users;
    },

    remove: async (channelId, names) => removeFrom(client, { channelId, users: await directory.members(names) }, log),

    ...channelMarks(client, log),
  };
}

async function removeFrom(
  client: WebClient,
  { channelId, users }: { readonly channelId: string; readonly users: readonly string[] },
  log: Log,
): Promise<void> {
  for (const user of users)
    await asBlemish(log, { channelId, what: 'somebody could not be taken out of a private channel' }, async () => {
      try {
        await client.conversations.kick({ channel: channelId, user });
      } catch (error) {
        if (!isPlatformError(error, ['not_in_channel', 'user_not_found'])) throw error;
      }
    });
}

async function archiveChannel(client: WebClient, channelId: string, log: Log): Promise<void> {
  await asBlemish(log, { channelId, what: 'a channel could not be archived' }, async () => {
    try {
      await client.conversations.archive({ channel: channelId });
    } catch (error) {
      if (!isPlatformError(error, ['already_archived', 'is_archived'])) throw error;
    }
  });
}

/** What stands at the top of a channel. */
function channelMarks(client: WebClient, log: Log): Pick<Channels, 'pin' | 'bookmark'> {
  return {
    pin: (channelId, ts) =>
      asBlemish(log, { channelId, what: 'the card could not be pinned' }, async () => {
        try {
          await client.pins.add({ channel: channelId, timestamp: ts });
        } catch (error) {
          if (!isPlatformError(error, ['already_pinned'])) throw error;
        }
      }),

    bookmark: (channelId, bookmarks) =>
      asBlemish(log, { channelId, what: 'the bookmarks could not be added' }, async () => {
        // A crash may have come between two of them: Slack keeps two of the same without a word.
        const answer = await client.bookmarks.list({ channel_id: channelId });
        const there = new Set((answer.bookmarks ?? []).map(({ link }) => link));
        for (const { title, link } of bookmarks)
          if (!there.has(link)) await client.bookmarks.add({ channel_id: channelId, title, type: 'link', link });
      }),
  };
}

/** Does what a channel can do without: what another try may mend rejects, everything else is said in the log and is over. */
async function asBlemish(
  log: Log,
  { channelId, what }: { readonly channelId: string; readonly what: string },
  act: () => Promise<unknown>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    const { kind, message } = troubleOf(error);
    if (isPassing(kind)) throw error;
    log.warn({ error: message, channelId }, what);
  }
}
