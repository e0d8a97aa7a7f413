// Every outgoing message goes through here and is brought to the state it shall have: posted once, then edited. What is
// overtaken while it waits is never sent, and what was last asked for always is.
import type { WebClient } from '@slack/web-api';
import { digestJson } from '../../core/json.ts';
import type { Log } from '../../ports/runtime.ts';
import type { SlackMessage, SlackMessages } from '../../ports/slack-memory.ts';
import { isPlatformError, troubleOf } from '../slack-error.ts';
import type { Message } from '../text.ts';
import { findMessage, markOf } from './find-message.ts';
import { withMutex } from './mutex.ts';
import type { Lane, RateLimiter, SleepingClock } from './rate-limiter.ts';

/** A message as it shall stand in a channel. */
export type Desired = {
  /** The same key is the same message, for ever. */
  readonly key: string;
  readonly lane: Lane;
  readonly incidentId: string;
  readonly channelId: string;
  readonly message: Message;
  /** Key of the message in whose thread it stands; that one must have been put before. */
  readonly thread?: string;
  /** Of two states of one message the one with the higher version stands. */
  readonly version: number;
  /** What the timeline says of it once it is posted; left out, it says nothing. */
  readonly about?: string;
};

/** A message that stands. */
export type Placed = { readonly ts: string };

/** Brings messages to their desired state. */
export type Outbox = {
  /**
   * Resolves once the message stands as desired, or in a later state. Rejects with Slack's error; nothing is doubled by
   * asking again.
   */
  readonly put: (desired: Desired) => Promise<Placed>;
};

/** What the outbox needs. */
export type OutboxDeps = {
  /** Must neither wait when Slack asks for patience nor repeat a call by itself: a repeated post is a second message. */
  readonly client: WebClient;
  readonly rateLimiter: RateLimiter;
  readonly clock: SleepingClock;
  readonly messages: SlackMessages;
  readonly log: Log;
  /** A message stands in Slack and nothing is recorded yet. */
  readonly posted: () => void;
  /** Writes a message that people rely on into the timeline. */
  readonly record: (message: Desired & { readonly about: string }, ts: string) => Promise<void>;
};

type Waiter = { readonly resolve: (placed: Placed) => void; readonly reject: (error: unknown) => void };
/** One message under way: what is wanted now, and who waits for it. */
type Line = { wanted: Desired; readonly waiters: Waiter[] };
/** Takes what is wanted, at the last moment before it is sent; may be called again. */
type Take = () => Desired;

/** An outbox. */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { client, rateLimiter, messages, log } = deps;
  const lines = new Map<string, Line>();

  /** Sends until nobody waits any more; one line per key, so that states of one message never overtake each other. */
  async function work(key: string, line: Line): Promise<void> {
    while (line.waiters.length > 0) {
      const covered: Waiter[] = [];
      const take = () => {
        covered.push(...line.waiters.splice(0));
        return line.wanted;
      };
      try {
        const placed = await bring(line, take);
        for (const { resolve } of covered) resolve(placed);
      } catch (error) {
        // Whoever came after the message had gone out gets a try of their own.
        if (covered.length === 0) take();
        for (const { reject } of covered) reject(error);
      }
    }
    lines.delete(key);
  }

  async function bring(line: Line, take: Take): Promise<Placed> {
    const { key, lane, channelId, incidentId } = line.wanted;
    const known = await messages.byKey(key);
    const leave = (ts: string): Placed => {
      take();
      return { ts };
    };
    if (known?.ts && stands(known, line.wanted)) return leave(known.ts);
    const run = async () => {
      const before = await messages.byKey(key);
      if (before?.ts) return stands(before, line.wanted) ? leave(before.ts) : edit(take, before.ts);
      // Whoever began it before us, we ourselves in an earlier try included, may have posted it unrecorded.
      const isFresh = before === null && (await messages.begin({ key, incidentId, channelId }));
      const found = isFresh ? null : await find(line.wanted);
      if (found === null) return post(take);
      await record(line.wanted, found);
      return edit(take, found);
    };
    const method = known?.ts ? 'chat.update' : 'chat.postMessage';
    return rateLimiter.turn({ lane, method, channelId, run: () => withMutex(deps, key, run) });
  }

  async function post(take: Take): Promise<Placed> {
    const sent = take();
    const { key, channelId } = sent;
    const threadTs = await threadOf(sent);
    const envelope = {
      ...{ channel: channelId, unfurl_links: false, unfurl_media: false, metadata: markOf(key) },
      ...(threadTs === null ? {} : { thread_ts: threadTs }),
    };
    const answer = await joining(channelId, () =>
      plainIfRefused(sent, (message) => client.chat.postMessage({ ...envelope, ...message })),
    );
    const ts = String(answer.ts);
    deps.posted();
    await record(sent, ts);
    return sentAs(sent, ts);
  }

  async function edit(take: Take, ts: string): Promise<Placed> {
    const sent = take();
    const { channelId } = sent;
    try {
      await plainIfRefused(sent, (message) => client.chat.update({ channel: channelId, ts, ...message }));
      return await sentAs(sent, ts);
    } catch (error) {
      if (!isPlatformError(error, ['message_not_found', 'cant_update_message'])) throw error;
      // Somebody has deleted it. A crash may already have followed a new post.
      const found = await find(sent);
      return found === null || found === ts ? post(take) : edit(take, found);
    }
  }

  /** A message whose blocks Slack refuses goes out as text: better plain than not at all. */
  async function plainIfRefused<T>({ key, message }: Desired, call: (message: Message) => Promise<T>): Promise<T> {
    try {
      return await call(message);
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.kind !== 'content' || message.blocks.length === 0) throw error;
      const detail = isPlatformError(error, [trouble.code]) ? error.data.response_metadata?.messages : undefined;
      log.error({ key, code: trouble.code, detail }, 'Slack refused the blocks of a message');
      return call({ text: message.text, blocks: [] });
    }
  }

  /** A public channel that somebody has configured and forgotten to invite us to is joined. */
  async function joining<T>(channelId: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!isPlatformError(error, ['not_in_channel'])) throw error;
      await client.conversations.join({ channel: channelId });
      return call();
    }
  }

  const find = async (desired: Desired) => {
    const { channelId, key } = desired;
    const threadTs = await threadOf(desired);
    return joining(channelId, () => findMessage(client, { channelId, key, threadTs }));
  };

  async function sentAs({ key, message, version }: Desired, ts: string): Promise<Placed> {
    await messages.sent(key, { ts, digest: digestJson(message), version });
    return { ts };
  }

  async function record(desired: Desired, ts: string): Promise<void> {
    const { about } = desired;
    if (about !== undefined) await deps.record({ ...desired, about }, ts);
  }

  async function threadOf({ key, thread }: Desired): Promise<string | null> {
    if (thread === undefined) return null;
    const parent = await messages.byKey(thread);
    if (!parent?.ts) throw new Error(`${key} belongs into the thread of ${thread}, which is not posted yet`);
    return parent.ts;
  }

  return {
    put: (desired) =>
      new Promise((resolve, reject) => {
        const waiter = { resolve, reject };
        const line = lines.get(desired.key);
        if (line) {
          if (desired.version >= line.wanted.version) line.wanted = desired;
          line.waiters.push(waiter);
          return;
        }
        const opened: Line = { wanted: desired, waiters: [waiter] };
        lines.set(desired.key, opened);
        void work(desired.key, opened);
      }),
  };
}

/** True if Slack shows this state, or a later one, already. */
function stands(before: SlackMessage, wanted: Desired): boolean {
  return before.version > wanted.version || before.digest === digestJson(wanted.message);
}
