// Sends one message to Slack: posts it, edits it, finds it again, and notes what stands. Does not wait and repeats nothing by
// itself; the outbox says when.
import type { WebClient } from '@slack/web-api';
import { digestJson } from '../../core/json.ts';
import type { TracePlace } from '../../core/trace/place.ts';
import type { Log } from '../../ports/runtime.ts';
import type { SlackMessages, StillHeld } from '../../ports/slack-memory.ts';
import { isPlatformError, troubleOf } from '../slack-error.ts';
import { fitted, type MessageContent } from '../text.ts';
import { findMessage, markOf } from './find-message.ts';
import type { Lane } from './rate-limiter.ts';

/** A message as it shall stand in a channel. */
export type Desired = {
  /** The same key is the same message, for ever. */
  readonly key: string;
  readonly lane: Lane;
  readonly incidentId: string;
  readonly channelId: string;
  readonly message: MessageContent;
  /** Key of the message in whose thread it stands; that one must have been put before. */
  readonly thread?: string;
  /** It stands in the channel beside its thread; where that thread is not there, in the channel alone. */
  readonly isBroadcast?: true;
  /** Of two states of one message the one with the higher version stands. */
  readonly version: number;
  /** Called immediately before it is posted anew: throws when whoever wanted it may not act any more. */
  readonly fence?: () => void;
  /** It says that something burns; left out: it does not. */
  readonly firing?: boolean;
  /** What the timeline says of it once it is posted; left out, it says nothing. */
  readonly about?: string;
  /** The span of the step that posts it; left out: no step does. */
  readonly place?: TracePlace;
};

/** A message that stands. */
export type Placed = { readonly ts: string };

/** What a poster needs. */
export type PosterDeps = {
  /** Must neither wait after a 429 nor repeat a call by itself: a repeated post is a second message. */
  readonly client: WebClient;
  readonly messages: SlackMessages;
  readonly log: Log;
  /** A message stands in Slack and nothing is recorded yet. */
  readonly posted: () => void;
  /** Writes a message that people rely on into the timeline. */
  readonly record: (message: Desired & { readonly about: string }, ts: string) => Promise<void>;
};

/** Takes what is wanted, at the last moment before it is sent; may be called again. */
export type Take = () => Desired;

/** Sends single messages. */
export type Poster = {
  /** Looks for a message that was posted and not recorded; null: Slack has none. */
  readonly find: (desired: Desired) => Promise<string | null>;
  /** `stillHeld`: of the lock on the message, asked at the last moment. */
  readonly post: (take: Take, stillHeld: StillHeld) => Promise<Placed>;
  /** Brings the message at `ts` up to date; one that somebody has deleted is posted anew. */
  readonly edit: (take: Take, ts: string, stillHeld: StillHeld) => Promise<Placed>;
  /** Writes into the timeline what the timeline says of the message. */
  readonly record: (desired: Desired, ts: string) => Promise<void>;
};

/** Slack's codes for a thread that cannot be answered in. */
const noThread = [
  'thread_not_found',
  'cannot_reply_to_message',
  'restricted_action_non_threadable_channel',
  'restricted_action_thread_locked',
];

/** A poster. */
export function createPoster(deps: PosterDeps): Poster {
  const { client, messages, log } = deps;

  async function post(take: Take, stillHeld: StillHeld): Promise<Placed> {
    const sent = take();
    const { key, channelId } = sent;
    const threadTs = await threadOf(sent);
    const envelope = { channel: channelId, unfurl_links: false, unfurl_media: false, metadata: markOf(key) };
    const thread =
      threadTs === null ? {} : { thread_ts: threadTs, ...(sent.isBroadcast ? { reply_broadcast: true as const } : {}) };
    const postIn = (where: typeof thread) =>
      joining(client, channelId, () =>
        plainIfRefused(log, sent, async (message) => {
          await stillHeld();
          sent.fence?.();
          return client.chat.postMessage({ ...envelope, ...where, ...message });
        }),
      );
    const answer = await postIn(thread).catch((error: unknown) => {
      // Who is called must be called, whoever has deleted the message that it answers.
      if (!sent.isBroadcast || !isPlatformError(error, noThread)) throw error;
      return postIn({});
    });
    const ts = String(answer.ts);
    deps.posted();
    await record(sent, ts);
    return sentAs(sent, ts);
  }

  async function edit(take: Take, ts: string, stillHeld: StillHeld): Promise<Placed> {
    const sent = take();
    const { channelId } = sent;
    try {
      await plainIfRefused(log, sent, (message) => client.chat.update({ channel: channelId, ts, ...message }));
      return await sentAs(sent, ts);
    } catch (error) {
      if (!isPlatformError(error, ['message_not_found', 'cant_update_message'])) throw error;
      // Somebody has deleted it. A crash may already have followed a new post.
      const found = await find(sent);
      return found === null || found === ts ? post(take, stillHeld) : edit(take, found, stillHeld);
    }
  }

  const find = async (desired: Desired) => {
    const { channelId, key } = desired;
    // What was broadcast is in the channel, wherever its thread is.
    const threadTs = desired.isBroadcast ? null : await threadOf(desired);
    return joining(client, channelId, () => findMessage(client, { channelId, key, threadTs }));
  };

  async function sentAs({ key, message, version, firing = false }: Desired, ts: string): Promise<Placed> {
    await messages.sent(key, { ts, digest: digestJson(message), version, showsFiring: firing });
    return { ts };
  }

  async function record(desired: Desired, ts: string): Promise<void> {
    const { about } = desired;
    if (about !== undefined) await deps.record({ ...desired, about }, ts);
  }

  async function threadOf({ key, thread, isBroadcast }: Desired): Promise<string | null> {
    if (thread === undefined) return null;
    const parent = await messages.byKey(thread);
    if (!parent?.ts && isBroadcast) return null;
    if (!parent?.ts) throw new Error(`${key} belongs into the thread of ${thread}, which is not posted yet`);
    return parent.ts;
  }

  return { find, post, edit, record };
}

/** A message whose blocks Slack refuses goes out as text: better plain than not at all. */
async function plainIfRefused<T>(
  log: Log,
  { key, message }: Desired,
  call: (message: MessageContent) => Promise<T>,
): Promise<T> {
  try {
    return await call({ text: message.text, blocks: fitted(message.blocks) });
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble.kind !== 'content' || message.blocks.length === 0) throw error;
    const detail = isPlatformError(error, [trouble.code]) ? error.data.response_metadata?.messages : undefined;
    log.error({ key, code: trouble.code, detail }, 'Slack refused the blocks of a message');
    return call({ text: message.text, blocks: [] });
  }
}

/** A public channel that somebody has configured and forgotten to invite us to is joined. */
async function joining<T>(client: WebClient, channelId: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isPlatformError(error, ['not_in_channel'])) throw error;
    await client.conversations.join({ channel: channelId });
    return call();
  }
}
