// How a Web API method is written down: its scopes, its arguments, what it does. Holds the readers of arguments; no method.
import { z } from 'zod';
import { problems } from '../blocks/check.ts';
import type { Channel, Message, SlackObject } from '../entities.ts';
import type { Workspace } from '../workspace.ts';

/** What a method answers: Slack's `ok`, and its code if not. */
export type Answer = { readonly ok: boolean; readonly error?: string; readonly [name: string]: unknown };

/** What methods stand on. */
export type Context = {
  readonly workspace: Workspace;
  /** The bot's user id. */
  readonly self: string;
  /** Where the workspace is reached, without a slash at the end. */
  readonly base: () => string;
  readonly hasScope: (scope: string) => boolean;
  /** Uses up a trigger; a string is Slack's error code. */
  readonly takeTrigger: (id: string) => { readonly user: string; readonly viewId: string | null } | string;
  /** A secret address for the bytes of a file. */
  readonly newUpload: (fileId: string) => string;
};

/** A method of the Web API. */
export type Method = {
  /** Any one of them is enough; none means that every token may. */
  readonly scopes: readonly string[];
  readonly call: (args: SlackObject, context: Context) => Answer;
};

/** A refusal with Slack's code. */
export const refuse = (error: string, messages: readonly string[] = [], more: SlackObject = {}): Answer => ({
  ok: false,
  error,
  ...more,
  ...(messages.length > 0 ? { response_metadata: { messages } } : {}),
});

/** A method. Arguments that do not fit the schema are `invalid_arguments`, or what `codes` says of the field. */
export function method<S extends z.ZodType>(
  scopes: readonly string[],
  schema: S,
  run: (args: z.output<S>, context: Context) => Answer,
  codes: { readonly [field: string]: string } = {},
): Method {
  return {
    scopes,
    call(args, context) {
      const parsed = schema.safeParse(args, { reportInput: true });
      if (parsed.success) return run(parsed.data, context);
      const field = String(parsed.error.issues[0]?.path[0]);
      return refuse(codes[field] ?? 'invalid_arguments', problems(parsed.error, []));
    },
  };
}

/** Forms carry everything as text. */
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0'])])
  .transform((value) => (typeof value === 'boolean' ? value : value === 'true' || value === '1'));
/** A whole number within these bounds. */
export const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
/** Structured arguments come as JSON text in forms. */
export const json = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }, schema);
/** A list of objects, each still unchecked. */
export const objects = z.array(z.record(z.string(), z.unknown()));

/** The channel as this bot may know of it: private ones only as a member. */
export function findChannel({ workspace, self }: Context, wanted: string): Channel | undefined {
  const channel = workspace.channels.get(wanted);
  return channel && (channel.kind === 'public' || channel.members.has(self)) ? channel : undefined;
}

/** A channel that the bot belongs to and that is not archived, or Slack's reason why not. */
export function ownChannel(context: Context, wanted: string, archived = 'is_archived'): Channel | Answer {
  const channel = findChannel(context, wanted);
  if (!channel) return refuse('channel_not_found');
  if (!channel.members.has(context.self)) return refuse('not_in_channel');
  return channel.archived ? refuse(archived) : channel;
}

/** Tells a refusal from the channel that was looked for. */
export const isAnswer = (value: Channel | Answer): value is Answer => 'ok' in value;

/** A message that everybody sees. Ephemeral messages cannot be found by anyone. */
export const findMessage = (channel: Channel, ts: string): Message | undefined =>
  channel.messages.find((message) => message.ts === ts && message.onlyFor === undefined);

/** Microseconds of a timestamp, or null if it is none. */
export function micros(ts: string): bigint | null {
  const parts = /^(\d{1,12})(?:\.(\d{1,6}))?$/.exec(ts);
  return parts ? BigInt(parts[1] ?? 0) * 1_000_000n + BigInt((parts[2] ?? '').padEnd(6, '0')) : null;
}

/** One page of a list, and the cursor of the next; null if the cursor is not one of ours. */
export function page<T>(
  items: readonly T[],
  limit: number,
  cursor: string | undefined,
): { readonly items: readonly T[]; readonly next: string } | null {
  const start = cursor ? Number(/^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1] ?? -1) : 0;
  if (start < 0 || (start > 0 && start > items.length)) return null;
  const end = start + limit;
  return {
    items: items.slice(start, end),
    next: end < items.length ? Buffer.from(`next:${end}`).toString('base64') : '',
  };
}
