// Reads a stream of server-sent events by hand, because a browser's own reader cannot send a token. Asks nothing.
import { ApiChange } from '../contract/operation.ts';

/** What the stream tells. `ready`: what was missed has been told; `reset`: too much was missed, load anew. */
export type Told =
  | { readonly type: 'ready' }
  | { readonly type: 'reset' }
  | { readonly type: 'change'; readonly change: ApiChange };

/** Tells events until the connection ends or breaks; resolves to the place of the last one, else `from`. */
export async function readEvents(
  answer: Response,
  from: string | null,
  told: (event: Told) => void,
): Promise<string | null> {
  let place = from;
  let text = '';
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read().catch(() => undefined)) {
    text += part.value;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => [line.split(':', 1)[0], line.replace(/^[^:]*: ?/, '')]));
      place = fields.get('id') ?? place;
      const event = toldBy(fields.get('event') ?? 'message', fields.get('data'));
      if (event) told(event);
    }
  }
  return place;
}

/** null: it says nothing that this client knows. */
function toldBy(event: string, data: string | undefined): Told | null {
  if (data === undefined) return null;
  if (event === 'ready' || event === 'reset') return { type: event };
  const change = ApiChange.safeParse(JSON.parse(data));
  return change.success ? { type: 'change', change: change.data } : null;
}
