// Reads server-sent events by hand, because a browser's own reader cannot send a token. Knows no event, and asks nothing.

/** One event as it stands in the stream; without data it is a sign of life. */
export type EventBlock = { readonly event: string; readonly data: string | undefined };

/** Tells events until the connection ends or breaks; resolves to the id of the last one, else `from`. */
export async function readEventBlocks(
  answer: Response,
  from: string | null,
  told: (block: EventBlock) => void,
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
      told({ event: fields.get('event') ?? 'message', data: fields.get('data') });
    }
  }
  return place;
}
