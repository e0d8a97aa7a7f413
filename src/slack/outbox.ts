// Every outgoing message goes through here: one lane per channel at Slack's pace, Retry-After honoured, and a post whose
// answer was lost is looked for before it is posted again.
import { setTimeout as delay } from 'node:timers/promises';
import { WebAPIRateLimitedError, type WebClient } from '@slack/web-api';
import { digestJson } from '../core/json.ts';
import type { Log, SlackMessages } from '../ports.ts';
import { isPlatformError } from './slack-error.ts';
import type { Message } from './text.ts';

/** A message as it shall stand in a channel. */
export type Desired = {
  readonly key: string;
  readonly incidentId: string;
  readonly channelId: string;
  readonly message: Message;
  /** Key of the message in whose thread it stands. */
  readonly thread?: string;
  readonly version: number;
};

/** Brings messages to their desired state. */
export type Outbox = {
  /** Resolves with the message's timestamp once it stands as desired; `posted` if it was not there before. */
  readonly put: (desired: Desired) => Promise<{ readonly ts: string; readonly posted: boolean }>;
};

/** About one message per second and channel is allowed; short bursts are. */
const paceMs = 1000;
const burst = 4;
const eventType = 'firebreak_message';

/** An outbox over the given client, which must reject rate-limited calls instead of waiting itself. */
export function createOutbox(client: WebClient, messages: SlackMessages, log: Log, posted: () => void): Outbox {
  const lanes = new Map<string, { next: number; tail: Promise<unknown> }>();

  /** Runs calls of one channel one after another at its pace; other channels do not wait. */
  function inLane<T>(channelId: string, call: () => Promise<T>): Promise<T> {
    const lane = lanes.get(channelId) ?? { next: 0, tail: Promise.resolve() };
    lanes.set(channelId, lane);
    const run = async () => {
      for (;;) {
        const now = performance.now();
        lane.next = Math.max(lane.next, now - burst * paceMs) + paceMs;
        if (lane.next > now) await delay(lane.next - now);
        try {
          return await call();
        } catch (error) {
          if (!(error instanceof WebAPIRateLimitedError)) throw error;
          log.info({ channelId, retryAfterSeconds: error.retryAfter }, 'Slack asks for patience');
          await delay(error.retryAfter * 1000);
        }
      }
    };
    const result = lane.tail.then(run, run);
    lane.tail = result.catch(() => undefined);
    return result;
  }

  /** Looks for a message of ours that was posted without its answer having been recorded. */
  async function find(channelId: string, key: string, threadTs: string | undefined): Promise<string | null> {
    const page = { channel: channelId, include_all_metadata: true, limit: 200 };
    const answer = threadTs
      ? await client.conversations.replies({ ...page, ts: threadTs })
      : await client.conversations.history(page);
    const found = answer.messages?.find(({ metadata }) => {
      const payload = metadata?.event_payload as { key?: unknown } | undefined;
      return metadata?.event_type === eventType && payload?.key === key;
    });
    return found?.ts ?? null;
  }

  async function post({ key, channelId, message }: Desired, threadTs: string | undefined): Promise<string> {
    const common = {
      channel: channelId,
      metadata: { event_type: eventType, event_payload: { key } },
      unfurl_links: false,
      unfurl_media: false,
      ...(threadTs ? { thread_ts: threadTs } : {}),
    };
    try {
      const answer = await inLane(channelId, () => client.chat.postMessage({ ...common, ...message }));
      return String(answer.ts);
    } catch (error) {
      if (!isPlatformError(error, ['invalid_blocks', 'msg_blocks_too_long', 'invalid_blocks_format'])) throw error;
      // The text alone carries the meaning; better plain than not at all.
      log.error({ key, detail: error.data.response_metadata?.messages }, 'Slack refused the blocks of a message');
      const answer = await inLane(channelId, () => client.chat.postMessage({ ...common, text: message.text }));
      return String(answer.ts);
    }
  }

  return {
    async put(desired) {
      const { key, channelId, incidentId, message, version } = desired;
      const digest = digestJson(message);
      const before = await messages.byKey(key);
      if (before?.ts && before.digest === digest) return { ts: before.ts, posted: false };
      const thread =
        desired.thread === undefined ? undefined : ((await messages.byKey(desired.thread))?.ts ?? undefined);
      let ts = before?.ts ?? null;
      if (ts === null) {
        const fresh = await messages.begin({ key, incidentId, channelId });
        ts = fresh ? null : await find(channelId, key, thread);
        if (ts === null) {
          ts = await post(desired, thread);
          posted();
          await messages.sent(key, { ts, digest, version });
          return { ts, posted: true };
        }
      }
      const known = ts;
      try {
        await inLane(channelId, () => client.chat.update({ channel: channelId, ts: known, ...message }));
      } catch (error) {
        if (!isPlatformError(error, ['message_not_found', 'cant_update_message'])) throw error;
        ts = await post(desired, thread);
      }
      await messages.sent(key, { ts, digest, version });
      return { ts, posted: false };
    },
  };
}
