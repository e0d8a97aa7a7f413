// files.*: the three steps of an upload. The bytes themselves come over the upload address (server).
import { z } from 'zod';
import type { Channel, File } from '../entities.ts';
import { fileJson } from '../wire.ts';
import { type Answer, type Context, count, isAnswer, json, type Method, method, ownChannel, refuse } from './method.ts';

const megabyte = 1024 * 1024;

const getUploadURLExternal = method(
  ['files:write'],
  z.object({
    filename: z.string().min(1),
    length: count(1, Number.MAX_SAFE_INTEGER),
    alt_txt: z.string().max(1000).optional(),
    snippet_type: z.string().optional(),
  }),
  ({ filename, length, snippet_type }, { workspace, self, newUpload }) => {
    if (snippet_type !== undefined && length > megabyte) return refuse('snippet_too_large');
    const id = workspace.nextId('F');
    const fresh = { content: null, uploader: self, completed: false, channels: [] };
    workspace.files.set(id, { id, name: filename, title: filename, size: length, ...fresh });
    return { ok: true, file_id: id, upload_url: newUpload(id) };
  },
  { filename: 'missing_argument', length: 'missing_argument' },
);

/** Where the files are to be shared. */
function destinations(context: Context, wanted: readonly string[]): Channel[] | Answer {
  const found: Channel[] = [];
  for (const id of wanted) {
    const channel = ownChannel(context, id);
    if (isAnswer(channel)) return channel;
    found.push(channel);
  }
  return found;
}

const completeUploadExternal = method(
  ['files:write'],
  z.object({
    files: json(z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1)),
    channel_id: z.string().optional(),
    channels: z.string().optional(),
    thread_ts: z.string().optional(),
    initial_comment: z.string().optional(),
  }),
  (args, context) => {
    const { workspace, self, base } = context;
    const found: File[] = [];
    for (const { id } of args.files) {
      const file = workspace.files.get(id);
      // Only once, and only with the bytes there.
      if (!file || file.completed || file.content === null) return refuse('file_not_found');
      found.push(file);
    }
    const wanted = args.channel_id ? [args.channel_id] : (args.channels ?? '').split(',').filter(Boolean);
    if (wanted.length > 100) return refuse('invalid_arguments');
    const channels = destinations(context, wanted);
    if (!Array.isArray(channels)) return channels;
    for (const [i, file] of found.entries()) {
      file.completed = true;
      file.title = args.files[i]?.title ?? file.name;
      file.channels.push(...channels.map(({ id }) => id));
    }
    for (const channel of channels)
      workspace.post(channel, {
        user: self,
        text: args.initial_comment ?? '',
        subtype: 'file_share',
        files: found.map(({ id }) => id),
        ...(args.thread_ts ? { threadTs: args.thread_ts } : {}),
      });
    workspace.touch();
    return { ok: true, files: found.map((file) => fileJson(file, base())) };
  },
);

/** The methods of files.* by name. */
export const files: { readonly [name: string]: Method } = {
  'files.getUploadURLExternal': getUploadURLExternal,
  'files.completeUploadExternal': completeUploadExternal,
  'files.info': method(['files:read'], z.object({ file: z.string() }), (args, { workspace, base }) => {
    const file = workspace.files.get(args.file);
    return file?.completed ? { ok: true, file: fileJson(file, base()) } : refuse('file_not_found');
  }),
};
