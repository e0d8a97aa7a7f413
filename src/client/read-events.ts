// What the stream of changes tells, parsed by the contract. Asks nothing.
import { ApiChange } from '../contract/operation.ts';
import { readEventBlocks } from './event-blocks.ts';

/** What the stream tells. `ready`: what was missed has been told; `reset`: too much was missed, load anew. */
export type Told =
  | { readonly type: 'ready' }
  | { readonly type: 'reset' }
  | { readonly type: 'change'; readonly change: ApiChange };

/** Tells events until the connection ends or breaks; resolves to the place of the last one, else `from`. */
export function readEvents(answer: Response, from: string | null, told: (event: Told) => void): Promise<string | null> {
  return readEventBlocks(answer, from, ({ event, data }) => {
    const known = toldBy(event, data);
    if (known) told(known);
  });
}

/** null: it says nothing that this client knows. */
function toldBy(event: string, data: string | undefined): Told | null {
  if (data === undefined) return null;
  if (event === 'ready' || event === 'reset') return { type: event };
  const change = ApiChange.safeParse(JSON.parse(data));
  return change.success ? { type: 'change', change: change.data } : null;
}
