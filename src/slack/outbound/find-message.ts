// Looks in a channel for a message of ours whose post was never recorded. Reads only.
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';

/** Type of the metadata that marks a message as ours; it is visible to the whole workspace and holds our key, nothing else. */
const eventType = 'firebreak_message';
const Mark = z.object({ event_type: z.literal(eventType), event_payload: z.object({ key: z.string() }) });

/** The mark that goes out with a message. */
export const markOf = (key: string): z.infer<typeof Mark> => ({ event_type: eventType, event_payload: { key } });

const pageSize = 200;
const maxPages = 20;

/** The timestamp of the message that carries the key, in the channel or in one thread of it; null if there is none. */
export async function findMessage(
  client: WebClient,
  { channelId, key, threadTs }: { readonly channelId: string; readonly key: string; readonly threadTs: string | null },
): Promise<string | null> {
  let cursor = '';
  for (let pages = 0; pages < maxPages; pages++) {
    const page = {
      channel: channelId,
      include_all_metadata: true,
      limit: pageSize,
      ...(cursor === '' ? {} : { cursor }),
    };
    const answer =
      threadTs === null
        ? await client.conversations.history(page)
        : await client.conversations.replies({ ...page, ts: threadTs });
    const found = answer.messages?.find(({ metadata }) => {
      const mark = Mark.safeParse(metadata);
      return mark.success && mark.data.event_payload.key === key;
    });
    if (found?.ts) return found.ts;
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') return null;
  }
  return null;
}
