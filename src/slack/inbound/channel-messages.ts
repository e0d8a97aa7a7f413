// Messages of channels as people read them: looked up in Slack, with the names of those who wrote and are mentioned. Decides nothing.
import { z } from 'zod';
import type { KeepMessage } from '../../core/incident/command.ts';
import type { ChatAuthor } from '../../core/incident/life-events.ts';
import { mentioned, saidText } from '../said-text.ts';
import { troubleOf } from '../slack-error.ts';
import { createNames, type NamesDeps } from './names.ts';

/** A message as Slack describes it, as far as it is looked at. */
export const ChannelMessage = z.looseObject({
  ts: z.string().regex(/^\d{1,12}\.\d{6}$/, 'must be a time stamp of Slack'),
  /** Of the message that its thread hangs on; absent: it is in no thread. */
  thread_ts: z.string().optional(),
  text: z.string().default(''),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  username: z.string().optional(),
  subtype: z.string().optional(),
  edited: z.looseObject({ user: z.string().optional(), ts: z.string() }).optional(),
  files: z
    .array(
      z.looseObject({
        id: z
          .string()
          .regex(/^F[A-Z0-9]+$/)
          .optional()
          .catch(undefined),
        name: z.string().nullish(),
        title: z.string().nullish(),
        permalink: z.string().nullish(),
      }),
    )
    .optional(),
});
export type ChannelMessage = z.infer<typeof ChannelMessage>;

/** What is kept of a message, without how it came there. */
type SaidMessage = Omit<KeepMessage, 'type' | 'how'>;

/** Reads messages. */
export type ChannelMessages = {
  /** One message; null: it is not there, or cannot be read. Rejects where another try may find it. */
  readonly find: (channelId: string, ts: string) => Promise<ChannelMessage | null>;
  /** As it is kept. */
  readonly said: (channelId: string, message: ChannelMessage) => Promise<SaidMessage>;
  /** Text of people as the record has it: mentions are names. */
  readonly words: (text: string) => Promise<string>;
  /** The same without asking Slack: whoever's name Slack did not write is an id. */
  readonly unnamed: (text: string) => string;
  /** Somebody by the name that Slack shows. */
  readonly author: (user: string) => Promise<ChatAuthor>;
};

/** Mentions of one text that are looked up; the others stay ids. */
const maxMentions = 20;
/** Files of one message that are kept. */
const maxFiles = 20;

/** Makes them. */
export function createChannelMessages({ client, nowMs, log }: NamesDeps): ChannelMessages {
  const nameOf = createNames({ client, nowMs, log });

  async function words(text: string): Promise<string> {
    const people = mentioned(text).slice(0, maxMentions);
    const names = await Promise.all(people.map(async (id) => [id, (await nameOf(id)) ?? id] as const));
    return saidText(text, new Map(names));
  }

  const author = async (user: string): Promise<ChatAuthor> => ({ id: user, name: await nameOf(user) });

  async function permalinkOf(channelId: string, ts: string): Promise<string | null> {
    try {
      return (await client.chat.getPermalink({ channel: channelId, message_ts: ts })).permalink ?? null;
    } catch (error) {
      log.info(
        { channelId, ts, error: troubleOf(error).message },
        'Slack gives no link to a message; it is kept without',
      );
      return null;
    }
  }

  return {
    words,
    unnamed: (text) => saidText(text, new Map()),
    author,
    async find(channelId, ts) {
      const one = { channel: channelId, latest: ts, oldest: ts, inclusive: true, limit: 1 };
      const among = (messages: readonly unknown[] | undefined) =>
        messages?.map((message) => ChannelMessage.safeParse(message).data).find((message) => message?.ts === ts) ??
        null;
      try {
        // A reply in a thread is no message of the channel's own history.
        const { messages } = await client.conversations.history(one);
        return among(messages) ?? among((await client.conversations.replies({ ...one, ts, limit: 2 })).messages);
      } catch (error) {
        const { kind, message } = troubleOf(error);
        if (kind === 'wait' || kind === 'ambiguous') throw error;
        log.warn({ channelId, ts, error: message }, 'a message could not be read');
        return null;
      }
    },
    async said(channelId, message) {
      const { ts, user, files = [] } = message;
      const [by, text, permalink] = await Promise.all([
        user === undefined ? botAuthor(message) : author(user),
        words(message.text),
        permalinkOf(channelId, ts),
      ]);
      return {
        channelId,
        ts,
        saidAt: new Date(Number(ts) * 1000).toISOString(),
        author: by,
        text,
        permalink,
        files: files.slice(0, maxFiles).map(({ id, name, title, permalink: url }) => ({
          name: name ?? title ?? 'file',
          url: url ?? null,
          ...(id === undefined ? {} : { id }),
        })),
      };
    },
  };
}

/** What wrote a message that no person wrote. */
const botAuthor = ({ bot_id: bot, username }: ChannelMessage): ChatAuthor => ({
  id: bot ?? 'unknown',
  name: username ?? null,
});
