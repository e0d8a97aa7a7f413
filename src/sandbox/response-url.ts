// What an app says to a person without a token: through a response URL, or in its answer to a slash command.
import { z } from 'zod';
import { checkBlocks, fillIds, problems } from './blocks/check.ts';
import type { Message, NewMessage } from './entities.ts';
import type { ResponseTarget } from './tickets.ts';
import type { Workspace } from './workspace.ts';

const Reply = z.object({
  text: z.string().default(''),
  blocks: z.array(z.record(z.string(), z.unknown())).default([]),
  attachments: z.array(z.record(z.string(), z.unknown())).default([]),
  response_type: z.enum(['ephemeral', 'in_channel']).default('ephemeral'),
  replace_original: z.boolean().default(false),
  delete_original: z.boolean().default(false),
  thread_ts: z.string().optional(),
});

/** How it went; a refusal is Slack's error code with the places. */
export type Replied =
  | { readonly ok: true; readonly message: Message | null }
  | { readonly ok: false; readonly error: string; readonly messages: readonly string[] };

const refuse = (error: string, messages: readonly string[] = []): Replied => ({ ok: false, error, messages });

/** Carries out a reply; works without membership. Whether a message is seen by one or by all never changes. */
export function reply(workspace: Workspace, target: ResponseTarget, body: unknown): Replied {
  const parsed = Reply.safeParse(body, { reportInput: true });
  if (!parsed.success) return refuse('invalid_payload', problems(parsed.error, []));
  const { text, blocks, attachments, response_type, replace_original, delete_original, thread_ts } = parsed.data;
  const channel = workspace.channels.get(target.channel);
  if (!channel) return refuse('channel_not_found');
  if (channel.archived) return refuse('is_archived');
  const wrong = checkBlocks(blocks);
  if (wrong.length > 0) return refuse('invalid_blocks', wrong);
  const original = channel.messages.find(({ ts }) => ts === target.ts);
  const isEmpty = text === '' && blocks.length === 0 && attachments.length === 0;
  if (isEmpty && !delete_original) return refuse('no_text');
  if (delete_original && original) workspace.remove(channel, original);
  if (isEmpty) return { ok: true, message: null };
  const content = {
    text: text.slice(0, 40_000),
    ...(blocks.length > 0 ? { blocks: fillIds(blocks, workspace.nextId) } : {}),
    ...(attachments.length > 0 ? { attachments } : {}),
  };
  if (replace_original && original && !delete_original) {
    workspace.edit(channel, original, (changed) => {
      delete changed.blocks;
      delete changed.attachments;
      Object.assign(changed, content);
    });
    return { ok: true, message: original };
  }
  const draft: NewMessage = {
    ...content,
    user: workspace.bot.userId,
    ...(response_type === 'ephemeral' ? { onlyFor: target.user } : {}),
    ...(thread_ts === undefined ? {} : { threadTs: thread_ts }),
  };
  return { ok: true, message: workspace.post(channel, draft) };
}
