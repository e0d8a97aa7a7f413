// Which channel is the announce channel: settings may name it, Slack wants its id. Posts nothing.
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../ports/runtime.ts';
import type { SlackSettings } from '../settings.ts';
import { troubleOf } from '../slack-error.ts';

/** The id of the announce channel; null: there is none. Rejects while Slack cannot be asked. */
export type AnnounceChannel = () => Promise<string | null>;

/** A name that stands for no channel is looked up again after this time, in milliseconds. */
const againMs = 60_000;

/** Looks a name up once. A channel that does not exist is as good as none, and said to be in the log. */
export function createAnnounceChannel(
  client: WebClient,
  { announce, announceChannel }: Pick<SlackSettings, 'announce' | 'announceChannel'>,
  { nowMs, log }: { readonly nowMs: () => number; readonly log: Log },
): AnnounceChannel {
  const named = announce ?? announceChannel;
  if (!named?.startsWith('#')) return async () => named ?? null;
  const name = named.slice(1);
  let known: { readonly id: string | null; readonly atMs: number } | null = null;
  let asking: Promise<string | null> | null = null;

  async function find(): Promise<string | null> {
    const id = await channelNamed(client, name).catch((error: unknown) => {
      const { kind, message } = troubleOf(error);
      if (kind !== 'place') throw error;
      log.error({ error: message, channel: named }, 'the announce channel cannot be looked up');
      return null;
    });
    if (id === null) log.error({ channel: named }, 'there is no such announce channel; nothing is announced');
    known = { id, atMs: nowMs() };
    return id;
  }

  return async () => {
    if (known !== null && (known.id !== null || nowMs() - known.atMs < againMs)) return known.id;
    asking ??= find().finally(() => {
      asking = null;
    });
    return asking;
  };
}

async function channelNamed(client: WebClient, name: string): Promise<string | null> {
  let cursor = '';
  do {
    const page = { types: 'public_channel', limit: 200 };
    const answer = await client.conversations.list(cursor === '' ? page : { ...page, cursor });
    const found = answer.channels?.find((channel) => channel.name === name);
    if (found?.id) return found.id;
    cursor = answer.response_metadata?.next_cursor ?? '';
  } while (cursor !== '');
  return null;
}
