// chat.*: posting, changing and deleting messages, with Slack's rules on text against blocks.
import { z } from 'zod';
import { checkBlocks, fillIds } from '../blocks/check.ts';
import type { Channel, Content, SlackObject } from '../entities.ts';
import { messageJson } from '../wire.ts';
import {
  type Answer,
  type Context,
  findChannel,
  findMessage,
  flag,
  isAnswer,
  json,
  type Method,
  method,
  objects,
  refuse,
} from './method.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const flat = z.union([scalar, z.array(scalar), z.record(z.string(), scalar)]);
const payload = z.record(z.string(), z.union([flat, z.array(z.record(z.string(), scalar))]));
const metadata = z.object({ event_type: z.string().min(1), event_payload: payload });
const content = {
  text: z.string().optional(),
  blocks: json(objects).optional(),
  attachments: json(objects).optional(),
  markdown_text: z.string().optional(),
};
type Given = z.output<z.ZodObject<typeof content>>;
const codes = {
  blocks: 'invalid_blocks_format',
  attachments: 'invalid_attachments',
  metadata: 'invalid_metadata_format',
};

/** What is wrong with the content of a message, if anything is. */
function contentProblem(given: Given): Answer | null {
  const { text = '', blocks, attachments, markdown_text } = given;
  if (markdown_text !== undefined) {
    if (text !== '' || blocks) return refuse('markdown_text_conflict');
    if (markdown_text.length > 12_000) return refuse('msg_too_long');
  }
  if ((attachments?.length ?? 0) > 100) return refuse('too_many_attachments');
  const found = [
    ...checkBlocks(blocks ?? []),
    ...(attachments ?? []).flatMap((attachment, i) =>
      Array.isArray(attachment.blocks) ? checkBlocks(attachment.blocks, ['attachments', i, 'blocks']) : [],
    ),
  ];
  if (found.includes('only_one_table_allowed')) return refuse('invalid_attachments', found);
  return found.length > 0 ? refuse('invalid_blocks', found) : null;
}

const isEmpty = ({ text, blocks, attachments, markdown_text }: Given) =>
  !text && !markdown_text && !blocks?.length && !attachments?.length;

/** The content as it is kept. Text is cut at 40 000 characters. */
function kept(given: Given, { workspace }: Context): Content {
  const { text = '', blocks = [], attachments = [], markdown_text } = given;
  const all: readonly SlackObject[] = markdown_text ? [{ type: 'markdown', text: markdown_text }] : blocks;
  return {
    text: (markdown_text ?? text).slice(0, 40_000),
    ...(all.length > 0 ? { blocks: fillIds(all, workspace.nextId) } : {}),
    ...(attachments.length > 0 ? { attachments } : {}),
  };
}

/** Where a message may be posted: by id, by name, or to a person. */
function target(wanted: string, context: Context): Channel | Answer {
  const { workspace, self, hasScope } = context;
  if (workspace.users.has(wanted)) return workspace.directChannel([self, wanted]).channel;
  const named = [...workspace.channels.values()].find(
    ({ name, kind }) => kind !== 'im' && name === wanted.replace(/^#/, ''),
  );
  const channel = findChannel(context, named?.id ?? wanted);
  if (!channel) return refuse('channel_not_found');
  if (channel.archived) return refuse('is_archived');
  const mayPost = channel.members.has(self) || (channel.kind === 'public' && hasScope('chat:write.public'));
  return mayPost ? channel : refuse('not_in_channel');
}

const postMessage = method(
  ['chat:write'],
  z.object({
    ...content,
    channel: z.string(),
    thread_ts: z.string().optional(),
    reply_broadcast: flag.optional(),
    metadata: json(metadata).optional(),
  }),
  (args, context) => {
    const { workspace, self } = context;
    const channel = target(args.channel, context);
    if (isAnswer(channel)) return channel;
    if (isEmpty(args)) return refuse('no_text');
    const wrong = contentProblem(args);
    if (wrong) return wrong;
    const parent = args.thread_ts ? findMessage(channel, args.thread_ts) : undefined;
    if (args.thread_ts && !parent) return refuse('cannot_reply_to_message');
    const message = workspace.post(channel, {
      ...kept(args, context),
      user: self,
      ...(args.metadata ? { metadata: args.metadata } : {}),
      // A reply to a reply stands in the same thread.
      ...(parent ? { threadTs: parent.threadTs ?? parent.ts } : {}),
      ...(parent && args.reply_broadcast ? { broadcast: true } : {}),
    });
    return { ok: true, channel: channel.id, ts: message.ts, message: messageJson(workspace, channel, message) };
  },
  codes,
);

const update = method(
  ['chat:write'],
  z.object({
    ...content,
    channel: z.string(),
    ts: z.string(),
    metadata: json(z.union([metadata, z.strictObject({})])).optional(),
  }),
  (args, context) => {
    const { workspace, self } = context;
    const channel = findChannel(context, args.channel);
    if (!channel) return refuse('channel_not_found');
    if (channel.archived) return refuse('is_inactive');
    const message = findMessage(channel, args.ts);
    if (!message) return refuse('message_not_found');
    if (message.user !== self || message.subtype !== undefined) return refuse('cant_update_message');
    const { text, blocks, attachments, markdown_text, metadata: given } = args;
    if (isEmpty(args) && !blocks && !attachments && given === undefined) return refuse('no_text');
    if ((text?.length ?? 0) > 4000) return refuse('msg_too_long');
    const wrong = contentProblem(args);
    if (wrong) return wrong;
    const fresh = kept(args, context);
    workspace.edit(channel, message, (changed) => {
      const says = text ?? markdown_text;
      if (says !== undefined) changed.text = fresh.text;
      // Text without blocks removes the blocks; with neither they stay.
      if (fresh.blocks) changed.blocks = fresh.blocks;
      else if (says !== undefined || blocks) delete changed.blocks;
      if (fresh.attachments) changed.attachments = fresh.attachments;
      else if (attachments) delete changed.attachments;
      if (given !== undefined) {
        if ('event_type' in given) changed.metadata = given;
        else delete changed.metadata;
      }
      // No mark of an edit when blocks are used.
      if (!fresh.blocks) changed.edited = workspace.nextTs();
    });
    const shown = messageJson(workspace, channel, message);
    return { ok: true, channel: channel.id, ts: message.ts, text: message.text, message: shown };
  },
  codes,
);

const postEphemeral = method(
  ['chat:write'],
  z.object({ ...content, channel: z.string(), user: z.string(), thread_ts: z.string().optional() }),
  (args, context) => {
    const { workspace, self } = context;
    const channel = target(args.channel, context);
    if (isAnswer(channel)) return channel;
    const user = workspace.users.get(args.user);
    if (!user || user.deleted || !channel.members.has(user.id)) return refuse('user_not_in_channel');
    if (isEmpty(args)) return refuse('no_text');
    const wrong = contentProblem(args);
    if (wrong) return wrong;
    const message = workspace.post(channel, {
      ...kept(args, context),
      user: self,
      onlyFor: user.id,
      ...(args.thread_ts ? { threadTs: args.thread_ts } : {}),
    });
    return { ok: true, message_ts: message.ts };
  },
  codes,
);

const remove = method(['chat:write'], z.object({ channel: z.string(), ts: z.string() }), (args, context) => {
  const channel = findChannel(context, args.channel);
  if (!channel) return refuse('channel_not_found');
  const message = findMessage(channel, args.ts);
  if (!message) return refuse('message_not_found');
  if (message.user !== context.self || message.subtype === 'tombstone') return refuse('cant_delete_message');
  context.workspace.remove(channel, message);
  return { ok: true, channel: channel.id, ts: message.ts };
});

const getPermalink = method([], z.object({ channel: z.string(), message_ts: z.string() }), (args, context) => {
  const channel = findChannel(context, args.channel);
  if (!channel) return refuse('channel_not_found');
  const message = findMessage(channel, args.message_ts);
  if (!message) return refuse('message_not_found');
  const thread = message.threadTs ? `?thread_ts=${message.threadTs}&cid=${channel.id}` : '';
  const permalink = `${context.base()}/archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`;
  return { ok: true, channel: channel.id, permalink };
});

/** The methods of chat.* by name. */
export const chat: { readonly [name: string]: Method } = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.postEphemeral': postEphemeral,
  'chat.delete': remove,
  'chat.getPermalink': getPermalink,
};
