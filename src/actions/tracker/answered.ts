// What the actions of trackers have in common: requests by the HTTP action, guarded and bounded as it is, and what their answers say.
import { z } from 'zod';
import type { StepError } from '../../core/events.ts';
import type { Json } from '../../core/json.ts';
import type { Action, ActionContext } from '../../spi/action.ts';

/** One request to a tracker. */
export type TrackerRequest = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: Json;
};

/** What it was answered: its body, or why there is none. */
export type TrackerAnswer =
  | { readonly outcome: 'answered'; readonly body: unknown }
  | { readonly outcome: 'failed'; readonly error: StepError };

const Answered = z.object({ body: z.unknown() });

/** Asks a tracker. Its key is in what is sent as well, for most trackers take no header for it. */
export async function askTracker(
  http: Action,
  request: TrackerRequest,
  context: ActionContext,
): Promise<TrackerAnswer> {
  const { method, url, headers, body } = request;
  const input = { method, url, headers: { ...headers }, ...(body === undefined ? {} : { body }) };
  const result = await http.run(input, context);
  return result.outcome === 'failed' ? result : { outcome: 'answered', body: Answered.parse(result.output).body };
}
